/** Calls of the payment protocols that can be published on the bus. */
export type EnvelopeCall = 'x402.resolve' | 'x402.verify' | 'x402.settle' | 'x402.redeem';

export interface EnvelopeRequest {
  call: EnvelopeCall;
  /** The body of the same call over HTTP. */
  body: object;
  /** With an org key: the agent that pays, or is paid. */
  agent_id?: string;
  /** Default: a new one. */
  idempotency_key?: string;
}
