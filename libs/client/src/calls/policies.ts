import type { PolicyChangeAnswer, PolicySimulation } from '../answers/index.js';
import type { ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { SimulatePolicyRequest } from '../requests/index.js';

export class PolicyCalls {
  constructor(private readonly http: HttpCaller) {}

  /** What the event set that gave rules this version. */
  get(policyVersion: number, options?: ReadOptions): Promise<PolicyChangeAnswer> {
    return this.http.get(`/v1/policies/${policyVersion}`, {}, options);
  }

  /** What a draft would have decided otherwise; changes nothing. */
  simulate(request: SimulatePolicyRequest, options?: ReadOptions): Promise<PolicySimulation> {
    return this.http.ask('/v1/policies/simulate', request, options);
  }
}
