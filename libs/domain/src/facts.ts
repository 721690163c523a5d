import {
  boundKeyOf,
  isPaymentEvent,
  isRequestEvent,
  type BookEvent,
  type ClearingSource,
  type PaymentDetails,
  type PaymentEvent,
  type RequestEnded,
  type RequestEvent,
  type RequestOpened,
} from './events/index.js';
import type { Asset, UnitsText } from './money.js';
import { nameOfQuestion, type UsageQuestion } from './usage-question.js';
import { NO_TOTALS, type Totals } from './usage.js';

/** A key that is bound: to the event that was appended for it first (D6). */
export interface BoundKey {
  fingerprint: string;
  event: BookEvent;
  /** `<partition>:<position>` */
  position: string;
}

/** A payment whose hold has ended, as its events tell it. */
export interface FinishedPayment {
  details: PaymentDetails;
  status: 'captured' | 'voided' | 'expired' | 'declined';
  captured: bigint;
  refunded: bigint;
}

/** What another book's payment has brought to an agent of this one, and how much of it was given back (D15). */
export interface CreditedPayment {
  source: ClearingSource;
  payee: { agent_id: string; handle: string };
  asset: Asset;
  credited: bigint;
  credited_at: number;
  refunded: bigint;
}

/** What a book's log says of a payment request, on whichever side of it the book stands. */
export interface RequestHistory {
  opened?: RequestOpened;
  ended?: RequestEnded;
  /** In the payer's book: the payment that pays it in another one. */
  sent?: string;
}

/** What `decide` may have to know beyond the book in memory. `undefined` = not loaded, `null` = known not to exist. */
export interface Facts {
  boundKey(scope: string, key: string): BoundKey | null | undefined;
  finishedPayment(paymentId: string): FinishedPayment | null | undefined;
  /** Loaded together with `finishedPayment`. */
  creditedPayment(paymentId: string): CreditedPayment | null | undefined;
  /** Of a payment request that stands in the book no longer, or in another one. */
  requestHistory(requestId: string): RequestHistory | null | undefined;
  /** What the payments that a new limit concerns come to, by the log. */
  usage(question: UsageQuestion): Totals | undefined;
  /** Payment events of this cycle, which are not in the log yet, oldest first. */
  decidedPayments(): readonly PaymentEvent[];
}

export interface MissingFacts {
  keys?: readonly { scope: string; key: string }[];
  payments?: readonly string[];
  requests?: readonly string[];
  usages?: readonly UsageQuestion[];
}

/** Facts of one cycle: what was loaded, and what the cycle itself decides while it runs. */
export class CycleFacts implements Facts {
  readonly #keys = new Map<string, BoundKey | null>();
  readonly #payments = new Map<string, FinishedPayment | null>();
  readonly #credits = new Map<string, CreditedPayment | null>();
  readonly #requests = new Map<string, RequestHistory | null>();
  readonly #usages = new Map<string, Totals>();
  readonly #decided: PaymentEvent[] = [];

  boundKey(scope: string, key: string): BoundKey | null | undefined {
    return this.#keys.get(`${scope} ${key}`);
  }
  finishedPayment(paymentId: string): FinishedPayment | null | undefined {
    return this.#payments.get(paymentId);
  }
  creditedPayment(paymentId: string): CreditedPayment | null | undefined {
    return this.#credits.get(paymentId);
  }
  requestHistory(requestId: string): RequestHistory | null | undefined {
    return this.#requests.get(requestId);
  }
  usage(question: UsageQuestion): Totals | undefined {
    return this.#usages.get(nameOfQuestion(question));
  }
  decidedPayments(): readonly PaymentEvent[] {
    return this.#decided;
  }
  learnUsage(question: UsageQuestion, totals: Totals): void {
    this.#usages.set(nameOfQuestion(question), totals);
  }
  learnKey(scope: string, key: string, bound: BoundKey | null): void {
    this.#keys.set(`${scope} ${key}`, bound);
  }
  learnPayment(paymentId: string, payment: FinishedPayment | null): void {
    this.#payments.set(paymentId, payment);
  }

  learnRequest(requestId: string, history: RequestHistory | null): void {
    this.#requests.set(requestId, history);
  }

  learnCredit(paymentId: string, credit: CreditedPayment | null): void {
    this.#credits.set(paymentId, credit);
  }

  /** What an event decided in this cycle adds to what the next command of the cycle may rely on. */
  note(event: BookEvent, position: string): void {
    const bound = boundKeyOf(event);
    if (bound) this.learnKey(bound.scope, bound.key, { fingerprint: event.fingerprint ?? '', event, position });
    if (isRequestEvent(event))
      return this.learnRequest(event.request_id, foldRequest(this.requestHistory(event.request_id), event));
    if (!isPaymentEvent(event)) return this.#noteCredit(event);
    this.#decided.push(event);
    const finished = foldFinished(this.finishedPayment(event.payment_id) ?? undefined, event);
    if (finished) this.learnPayment(event.payment_id, finished);
  }

  #noteCredit(event: BookEvent): void {
    if (!('payment_id' in event) || event.payment_id === undefined) return;
    const credit = foldCredited(this.creditedPayment(event.payment_id) ?? undefined, event);
    if (credit) this.learnCredit(event.payment_id, credit);
  }
}

/** What an event changes in the figures of its payer, and of the windows in which its payment counts. */
export function usageChange(event: PaymentEvent): Totals {
  switch (event.type) {
    case 'payment.authorized':
    case 'payment.pending_approval':
      return { spent: 0n, held: BigInt(event.amount), count: 1 };
    case 'payment.transferred':
      return { spent: BigInt(event.amount), held: 0n, count: 1 };
    case 'payment.captured':
      return { spent: BigInt(event.captured), held: -BigInt(event.captured) - BigInt(event.released), count: 0 };
    case 'payment.voided':
    case 'payment.expired':
      // A payment of which nothing was ever captured does not count as one.
      return { spent: 0n, held: -BigInt(event.released), count: event.captured_total === undefined ? -1 : 0 };
    case 'payment.refunded':
      return { spent: -BigInt(event.refunded), held: 0n, count: 0 };
    case 'payment.declined':
    case 'payment.approved':
    case 'payment.approval_refused':
    case 'payment.capture_refused':
    case 'payment.refund_refused':
    case 'payment.extended':
    case 'payment.dispatched':
    case 'payment.outcome_unknown':
      return NO_TOTALS;
  }
}

/** The payment after one more of its events, or undefined while its hold is open. */
export function foldFinished(before: FinishedPayment | undefined, event: PaymentEvent): FinishedPayment | undefined {
  const units = (text: UnitsText): bigint => BigInt(text);
  switch (event.type) {
    case 'payment.transferred':
      return { details: event, status: 'captured', captured: units(event.amount), refunded: 0n };
    case 'payment.captured':
      if (!event.final) return undefined;
      return { details: event, status: 'captured', captured: units(event.captured_total), refunded: 0n };
    case 'payment.voided':
    case 'payment.expired': {
      const captured = units(event.captured_total ?? '0');
      if (captured > 0n) return { details: event, status: 'captured', captured, refunded: 0n };
      return {
        details: event,
        status: event.type === 'payment.voided' ? 'voided' : 'expired',
        captured: 0n,
        refunded: 0n,
      };
    }
    case 'payment.declined':
      return { details: event, status: 'declined', captured: 0n, refunded: 0n };
    case 'payment.refunded':
      return {
        details: before?.details ?? event,
        status: 'captured',
        captured: units(event.captured_total),
        refunded: units(event.refunded_total),
      };
    case 'payment.capture_refused':
    case 'payment.refund_refused':
      return before;
    case 'payment.authorized':
    case 'payment.pending_approval':
    case 'payment.approved':
    case 'payment.approval_refused':
    case 'payment.extended':
    case 'payment.dispatched':
    case 'payment.outcome_unknown':
      return undefined;
  }
}

/** Folds all events of one payment, oldest first; null where its hold is still open or there are none. */
export function finishedFrom(events: readonly BookEvent[]): FinishedPayment | null {
  let payment: FinishedPayment | undefined;
  for (const event of events) if (isPaymentEvent(event)) payment = foldFinished(payment, event);
  return payment ?? null;
}

function foldCredited(before: CreditedPayment | undefined, event: BookEvent): CreditedPayment | undefined {
  switch (event.type) {
    case 'clearing.credited': {
      const { source, payee, asset, amount, time } = event;
      return { source, payee, asset, credited: BigInt(amount), credited_at: time, refunded: 0n };
    }
    case 'clearing.refunded':
      return before && { ...before, refunded: BigInt(event.refunded_total) };
    default:
      return before;
  }
}

/** Folds what one org's book has recorded of another's payment, oldest first; events of other books are passed over. */
export function creditedFrom(events: readonly BookEvent[], org: string): CreditedPayment | null {
  let credit: CreditedPayment | undefined;
  for (const event of events) if (event.org === org) credit = foldCredited(credit, event);
  return credit ?? null;
}

function foldRequest(before: RequestHistory | null | undefined, event: RequestEvent): RequestHistory {
  switch (event.type) {
    case 'request.opened':
      return { ...before, opened: event };
    case 'request.paid':
    case 'request.cancelled':
    case 'request.declined':
      return { ...before, ended: event };
    case 'request.payment_sent':
      return { ...before, sent: event.payment };
    case 'request.payment_reversed': {
      const { sent: _reversed, ...rest } = before ?? {};
      return rest;
    }
  }
}

/** Folds what one org's book has recorded of a payment request, oldest first; events of other books are passed over. */
export function requestHistoryFrom(events: readonly BookEvent[], org: string): RequestHistory | null {
  let history: RequestHistory | null = null;
  for (const event of events) if (event.org === org && isRequestEvent(event)) history = foldRequest(history, event);
  return history;
}
