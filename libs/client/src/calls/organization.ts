import type { OrganizationAnswer } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { ChangeOrganizationRequest } from '../requests/index.js';

/** What concerns everybody in the org of the key. */
export class OrganizationCalls {
  constructor(private readonly http: HttpCaller) {}

  get(options?: ReadOptions): Promise<OrganizationAnswer> {
    return this.http.get('/v1/org', {}, options);
  }

  patch<Options extends CallOptions = CallOptions>(request: ChangeOrganizationRequest, options?: Options) {
    return this.http.patch<OrganizationAnswer, Options>('/v1/org', request, options);
  }
}
