import type { AddressesAnswer, AddressStepAnswer } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { RegisterAddressRequest } from '../requests/index.js';

/** Addresses of EVM accounts that pay as an agent, and under which it is paid; agents by handle or id. */
export class AddressCalls {
  constructor(private readonly http: HttpCaller) {}

  /** What the agent has, and the text whose signature registers another one. */
  list(agent: string, options?: ReadOptions): Promise<AddressesAnswer> {
    return this.http.get(pathOf(agent), {}, options);
  }

  /** The agent's from now on: what the address's key signs is paid out of what the agent may spend. */
  register<Options extends CallOptions = CallOptions>(
    agent: string,
    request: RegisterAddressRequest,
    options?: Options,
  ) {
    return this.http.post<AddressStepAnswer, Options>(pathOf(agent), request, options);
  }

  /** What its key has signed and is not settled yet is worth nothing from now on. */
  remove<Options extends CallOptions = CallOptions>(agent: string, address: string, options?: Options) {
    const path = `${pathOf(agent)}/${encodeURIComponent(address)}`;
    return this.http.delete<AddressStepAnswer, Options>(path, options);
  }
}

function pathOf(agent: string): string {
  return `/v1/agents/${encodeURIComponent(agent)}/addresses`;
}
