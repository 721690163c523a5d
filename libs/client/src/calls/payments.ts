import type {
  DecisionAnswer,
  IncomingPayment,
  IncomingRefundAnswer,
  PastDecisionAnswer,
  PaymentAnswer,
  PaymentItem,
  PaymentPage,
  PaymentState,
  PaymentStepAnswer,
} from '../answers/index.js';
import type { CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type {
  CaptureRequest,
  ExtendRequest,
  PaymentRequest,
  PaymentsQuery,
  RefundRequest,
  ResolveRequest,
} from '../requests/index.js';

/** Payments over HTTP; for many of them per second use `BursarBus`. */
export class PaymentCalls {
  constructor(private readonly http: HttpCaller) {}

  /** Holds the amount until it is captured, voided or lapses; with `capture: true` takes it at once. */
  authorize<Options extends CallOptions = CallOptions>(request: PaymentRequest, options?: Options) {
    return this.http.post<PaymentAnswer, Options>('/v1/payments', request, options);
  }

  /** What this payment would be answered now, with every rule's figures: a dry run that changes nothing. */
  explain(request: PaymentRequest, options?: CallOptions): Promise<DecisionAnswer> {
    return this.http.post<DecisionAnswer, CallOptions>('/v1/decisions', request, options);
  }

  /** Authorizes and captures in one decision. */
  pay<Options extends CallOptions = CallOptions>(request: PaymentRequest, options?: Options) {
    return this.authorize({ ...request, capture: true }, options);
  }

  capture<Options extends CallOptions = CallOptions>(
    paymentId: string,
    request: CaptureRequest = {},
    options?: Options,
  ) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/capture`, request, options);
  }

  void<Options extends CallOptions = CallOptions>(paymentId: string, options?: Options) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/void`, {}, options);
  }

  refund<Options extends CallOptions = CallOptions>(paymentId: string, request: RefundRequest = {}, options?: Options) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/refund`, request, options);
  }

  /** Gives back what an agent of the caller's org was paid by another org; for the payee's token and its org's keys. */
  refundIncoming<Options extends CallOptions = CallOptions>(
    paymentId: string,
    request: RefundRequest = {},
    options?: Options,
  ) {
    return this.http.post<IncomingRefundAnswer, Options>(`${pathOf(paymentId)}/refund`, request, options);
  }

  /** To be said before the outside is called: the hold never lapses by itself afterwards. */
  dispatch<Options extends CallOptions = CallOptions>(paymentId: string, options?: Options) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/dispatch`, {}, options);
  }

  /** Lets an undispatched hold live longer. */
  extend<Options extends CallOptions = CallOptions>(paymentId: string, request: ExtendRequest, options?: Options) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/extend`, request, options);
  }

  /** Says what became of a payment that has gone to the outside; for operators. `list` finds those that are unknown. */
  resolve<Options extends CallOptions = CallOptions>(paymentId: string, request: ResolveRequest, options?: Options) {
    return this.http.post<PaymentStepAnswer, Options>(`${pathOf(paymentId)}/resolve`, request, options);
  }

  get(paymentId: string, options?: ReadOptions): Promise<PaymentState> {
    return this.http.get(pathOf(paymentId), {}, options);
  }

  /** A payment from another org to an agent of the caller's, with what was given back of it. */
  getIncoming(paymentId: string, options?: ReadOptions): Promise<IncomingPayment> {
    return this.http.get(pathOf(paymentId), {}, options);
  }

  /** Why it was decided as it was: every rule with its figures as of then. A long log takes a while, and is waited for. */
  explanation(paymentId: string, options?: ReadOptions): Promise<PastDecisionAnswer> {
    return this.http.get(`${pathOf(paymentId)}/explanation`, {}, { deadline_ms: 60_000, ...options });
  }

  /** What became of a key, for a caller that lost the answer. `agent`: who was to pay, where the caller is an org key. */
  byKey(idempotencyKey: string, agent?: string, options?: ReadOptions): Promise<PaymentState> {
    return this.http.get('/v1/payments', { idempotency_key: idempotencyKey, agent }, options);
  }

  /** One page, from the read models: it may lag behind the book for a moment. */
  list(query: PaymentsQuery = {}, options?: ReadOptions): Promise<PaymentPage> {
    return this.http.get('/v1/payments', { ...query }, options);
  }

  /** All pages, one payment after the other. */
  async *each(query: PaymentsQuery = {}, options?: ReadOptions): AsyncGenerator<PaymentItem, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.list({ ...query, cursor }, options);
      yield* page.payments;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}

function pathOf(paymentId: string): string {
  return `/v1/payments/${encodeURIComponent(paymentId)}`;
}
