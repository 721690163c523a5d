import type {
  PaymentAnswer,
  PaymentRequestAnswer,
  PaymentRequestItem,
  PaymentRequestPage,
  PaymentRequestState,
  PaymentRequestStepAnswer,
} from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { OpenPaymentRequestRequest, PaymentRequestsQuery, PayPaymentRequestRequest } from '../requests/index.js';

/** Money that agents ask each other for. `payeeOrg` names the org that asks, where it is not the caller's own. */
export class PaymentRequestCalls {
  constructor(private readonly http: HttpCaller) {}

  open<Options extends CallOptions = CallOptions>(request: OpenPaymentRequestRequest, options?: Options) {
    return this.http.post<PaymentRequestAnswer, Options>('/v1/payment-requests', request, options);
  }

  get(requestId: string, payeeOrg?: string, options?: ReadOptions): Promise<PaymentRequestState> {
    return this.http.get(pathOf(requestId), { payee_org: payeeOrg }, options);
  }

  /** One payment of what is asked for, by the agent that is asked. */
  pay<Options extends CallOptions = CallOptions>(
    requestId: string,
    request: PayPaymentRequestRequest = {},
    options?: Options,
  ) {
    return this.http.post<PaymentAnswer, Options>(`${pathOf(requestId)}/pay`, request, options);
  }

  /** As the payee. */
  cancel<Options extends CallOptions = CallOptions>(requestId: string, options?: Options) {
    return this.http.post<PaymentRequestStepAnswer, Options>(`${pathOf(requestId)}/cancel`, {}, options);
  }

  /** As the payer. */
  decline<Options extends CallOptions = CallOptions>(requestId: string, payeeOrg?: string, options?: Options) {
    const body = payeeOrg === undefined ? {} : { payee_org: payeeOrg };
    return this.http.post<PaymentRequestStepAnswer, Options>(`${pathOf(requestId)}/decline`, body, options);
  }

  /** One page, from the read models: it may lag behind the book for a moment. What is open comes first. */
  list(query: PaymentRequestsQuery = {}, options?: ReadOptions): Promise<PaymentRequestPage> {
    return this.http.get('/v1/payment-requests', { ...query }, options);
  }

  /** All pages. One that ends meanwhile may come twice. */
  async *each(
    query: PaymentRequestsQuery = {},
    options?: ReadOptions,
  ): AsyncGenerator<PaymentRequestItem, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.payment_requests;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}

function pathOf(requestId: string): string {
  return `/v1/payment-requests/${encodeURIComponent(requestId)}`;
}
