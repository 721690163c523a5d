import {
  boundKeyOf,
  creditedFrom,
  finishedFrom,
  isPaymentEvent,
  isRequestEvent,
  requestHistoryFrom,
  type BookEvent,
  type BoundKey,
  type CreditedPayment,
  type Facts,
  type FinishedPayment,
  type PaymentEvent,
  type RequestHistory,
  type Totals,
  type UsageQuestion,
} from '#domain';

/** The facts of one book read from the list of all its events: what the log and its index tables would answer. */
export class LogFacts implements Facts {
  readonly #keys = new Map<string, BoundKey>();
  readonly #payments = new Map<string, PaymentEvent[]>();
  readonly #requests = new Map<string, BookEvent[]>();
  readonly #credits = new Map<string, BookEvent[]>();
  readonly #parents = new Map<string, string | undefined>();

  add(event: BookEvent): void {
    const bound = boundKeyOf(event);
    if (bound)
      this.#keys.set(`${bound.scope} ${bound.key}`, {
        fingerprint: event.fingerprint ?? '',
        event,
        position: `0:${event.sequence}`,
      });
    if (event.type === 'agent.registered') this.#parents.set(event.agent_id, event.parent_agent_id);
    if (event.type === 'session.opened') this.#parents.set(event.session_id, event.parent_session_id);
    if (isRequestEvent(event))
      this.#requests.set(event.request_id, [...(this.#requests.get(event.request_id) ?? []), event]);
    if (!isPaymentEvent(event)) return this.#addCredit(event);
    const before = this.#payments.get(event.payment_id);
    if (before) before.push(event);
    else this.#payments.set(event.payment_id, [event]);
  }

  boundKey(scope: string, key: string): BoundKey | null {
    return this.#keys.get(`${scope} ${key}`) ?? null;
  }

  finishedPayment(paymentId: string): FinishedPayment | null {
    return finishedFrom(this.#payments.get(paymentId) ?? []);
  }

  creditedPayment(paymentId: string): CreditedPayment | null {
    const events = this.#credits.get(paymentId) ?? [];
    return events.length === 0 ? null : creditedFrom(events, events[0]!.org);
  }

  requestHistory(requestId: string): RequestHistory | null {
    const events = this.#requests.get(requestId) ?? [];
    return events.length === 0 ? null : requestHistoryFrom(events, events[0]!.org);
  }

  #addCredit(event: BookEvent): void {
    if (!('payment_id' in event) || event.payment_id === undefined) return;
    this.#credits.set(event.payment_id, [...(this.#credits.get(event.payment_id) ?? []), event]);
  }

  /** Everything that was ever decided is in the log here, so no cycle adds to it. */
  decidedPayments(): readonly PaymentEvent[] {
    return [];
  }

  usage({ scope, asset, since, service, payee }: UsageQuestion): Totals {
    const total = { spent: 0n, held: 0n, count: 0 };
    for (const events of this.#payments.values()) {
      const first = events[0]!;
      if (first.asset !== asset || first.authorized_at < since) continue;
      if (service !== undefined && !('service' in first.payee && first.payee.service === service)) continue;
      if (payee !== undefined && !('agent_id' in first.payee && first.payee.agent_id === payee)) continue;
      const scoped = scope.kind === 'session' ? first.session_id : first.payer.agent_id;
      if (scope.kind !== 'organization' && !this.#isUnder(scoped, scope.id)) continue;
      for (const event of events) addPayment(total, event);
    }
    return total;
  }

  #isUnder(below: string | undefined, ancestorId: string): boolean {
    for (let id = below; id !== undefined; id = this.#parents.get(id)) if (id === ancestorId) return true;
    return false;
  }
}

function addPayment(total: Totals, event: PaymentEvent): void {
  if (event.type === 'payment.authorized' || event.type === 'payment.pending_approval') {
    total.held += BigInt(event.amount);
    total.count += 1;
  } else if (event.type === 'payment.transferred') {
    total.spent += BigInt(event.amount);
    total.count += 1;
  } else if (event.type === 'payment.captured') {
    total.spent += BigInt(event.captured);
    total.held -= BigInt(event.captured) + BigInt(event.released);
  } else if (event.type === 'payment.voided' || event.type === 'payment.expired') {
    total.held -= BigInt(event.released);
    if (event.captured_total === undefined) total.count -= 1;
  } else if (event.type === 'payment.refunded') total.spent -= BigInt(event.refunded);
}
