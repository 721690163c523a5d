import type { PaymentAnswer, RedeemedToken, ResolvedChallenge, SettlementStatus } from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { RedeemTokenRequest, ResolveChallengeRequest } from '../requests/index.js';

/** Both ends of a 402: what an agent does that met one, and a seller without an x402 server. */
export class X402Calls {
  constructor(private readonly http: HttpCaller) {}

  /**
   * With an agent's token: holds what a 402 asks for, in whichever form it came. Without `payment_token` where the payment waits for an
   * approval. `registerLedgerClient` of `#x402` takes this as its `resolve`.
   */
  resolve<Options extends CallOptions = CallOptions>(request: ResolveChallengeRequest, options?: Options) {
    return this.http.post<ResolvedChallenge | (PaymentAnswer & { payment_token?: undefined }), Options>(
      '/v1/payments/x402/resolve',
      request,
      options,
    );
  }

  /** With the payee's credential: takes what a token holds, once. */
  redeem<Options extends CallOptions = CallOptions>(request: RedeemTokenRequest, options?: Options) {
    return this.http.post<RedeemedToken, Options>('/v1/payments/x402/redeem', request, options);
  }

  /** What became of a payment by a token, for payer and payee. */
  settlement(transaction: string, options?: ReadOptions): Promise<SettlementStatus> {
    return this.http.get(`/x402/settlements/${encodeURIComponent(transaction)}`, {}, options);
  }
}
