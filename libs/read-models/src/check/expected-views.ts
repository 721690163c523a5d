import { labelText } from '#contracts';
import type { BookEvent, PaymentEvent, RequestEvent } from '#domain';

/** A roll-up row as plain figures. */
export interface ExpectedFigures {
  spent: bigint;
  held: bigint;
  earned: bigint;
  refunded: bigint;
  payments: bigint;
  declined: bigint;
}

export interface ExpectedPayment {
  held: bigint;
  captured: bigint;
  refunded: bigint;
  status: string;
  position: string;
  /** When its hold lapses, or would have; empty where it never held anything. */
  expires_at: string;
}

export interface ExpectedRequest {
  status: string;
  amount: string;
  position: string;
  /** Its end by itself, its end by somebody, and what paid it; empty where there is no such thing. */
  expires_at: string;
  ended_at: string;
  payment: string;
}

/**
 * What the read models must hold, worked out from the events in the plainest way there is: one event after the other, every
 * ancestor for every payment. It shares nothing with the projection but the contract of events, so that a mistake has to
 * be made twice to go unseen.
 */
export class ExpectedViews {
  /** By `<org> <day> <asset> <dimension> <value>`. */
  readonly rollup = new Map<string, ExpectedFigures>();
  readonly payments = new Map<string, ExpectedPayment>();
  /** What payment requests came to, by their ids. */
  readonly requests = new Map<string, ExpectedRequest>();
  events = 0;
  private readonly parents = new Map<string, string>();

  add(event: BookEvent, partition: number, position: number): void {
    this.events += 1;
    if (event.type === 'session.opened' && event.parent_session_id) {
      this.parents.set(event.session_id, event.parent_session_id);
    }
    if (event.type === 'clearing.credited') this.earn(event, event.time, BigInt(event.amount));
    if (event.type === 'clearing.refunded') this.earn(event, event.credited_at, -BigInt(event.refunded));
    if (event.type.startsWith('request.')) this.request(event as RequestEvent, `${partition}:${position}`);
    if (!event.type.startsWith('payment.')) return;
    const payment = event as PaymentEvent;
    switch (payment.type) {
      case 'payment.transferred':
        this.begin(payment, partition, position, 'captured');
        this.count(payment, { payments: 1n, declined: 0n });
        this.move(payment, { captured: BigInt(payment.amount) });
        break;
      case 'payment.authorized':
        this.begin(payment, partition, position, 'authorized');
        this.row(payment).expires_at = `${payment.expires_at}`;
        this.count(payment, { payments: 1n, declined: 0n });
        this.move(payment, { held: BigInt(payment.amount) });
        break;
      case 'payment.pending_approval':
        this.begin(payment, partition, position, 'pending_approval');
        this.row(payment).expires_at = `${payment.expires_at}`;
        this.count(payment, { payments: 1n, declined: 0n });
        this.move(payment, { held: BigInt(payment.amount) });
        break;
      case 'payment.approved':
        this.row(payment).status = 'authorized';
        if (payment.expires_at !== undefined) this.row(payment).expires_at = `${payment.expires_at}`;
        break;
      case 'payment.declined':
        this.begin(payment, partition, position, 'declined');
        this.count(payment, { payments: 0n, declined: 1n });
        break;
      case 'payment.captured':
        this.move(payment, {
          captured: BigInt(payment.captured),
          held: -BigInt(payment.captured) - BigInt(payment.released),
        });
        if (payment.final) this.row(payment).status = 'captured';
        break;
      case 'payment.voided':
      case 'payment.expired':
        this.move(payment, { held: -BigInt(payment.released) });
        this.row(payment).status = payment.type === 'payment.voided' ? 'voided' : 'expired';
        break;
      case 'payment.refunded':
        this.move(payment, { refunded: BigInt(payment.refunded) });
        this.row(payment).status = 'refunded';
        break;
      case 'payment.extended':
        this.row(payment).expires_at = `${payment.expires_at}`;
        break;
      case 'payment.outcome_unknown':
        this.row(payment).status = 'outcome_unknown';
        break;
      default:
    }
  }

  private request(event: RequestEvent, position: string): void {
    if (event.type === 'request.opened') {
      const { amount, expires_at = '' } = event;
      const open = { status: 'open', amount, position, expires_at: `${expires_at}`, ended_at: '', payment: '' };
      this.requests.set(event.request_id, open);
      return;
    }
    // The payer's book tells of requests whose row is another org's.
    if (event.type === 'request.payment_sent' || event.type === 'request.payment_reversed') return;
    const row = this.requests.get(event.request_id);
    if (!row) throw new Error(`${event.type} of ${event.request_id}, which was never opened`);
    row.status = event.type.slice('request.'.length);
    row.ended_at = `${event.time}`;
    if (event.type === 'request.paid') row.payment = event.payment;
  }

  /** Earned from another org, on the day it came; what is given back is taken off the same day. */
  private earn(
    event: Extract<BookEvent, { type: 'clearing.credited' | 'clearing.refunded' }>,
    at: number,
    amount: bigint,
  ): void {
    const place = `${event.org} ${new Date(at).toISOString().slice(0, 10)} ${event.asset}`;
    const earned = { ...NOTHING, earned: amount };
    for (const dimension of ['org', 'session', 'service', 'label']) this.addTo(place, dimension, '', earned);
    this.addTo(place, 'protocol', 'direct', earned);
    this.addTo(place, 'agent', event.payee.agent_id, earned);
    this.addTo(place, 'counterparty', `${event.source.source_org}/${event.source.handle}`, earned);
  }

  private begin(event: PaymentEvent, partition: number, position: number, status: string): void {
    const place = `${partition}:${position}`;
    this.payments.set(event.payment_id, {
      held: 0n,
      captured: 0n,
      refunded: 0n,
      status,
      position: place,
      expires_at: '',
    });
  }

  private row(event: PaymentEvent): ExpectedPayment {
    const row = this.payments.get(event.payment_id);
    if (!row) throw new Error(`${event.type} of ${event.payment_id}, which has not begun`);
    return row;
  }

  private count(event: PaymentEvent, counted: Pick<ExpectedFigures, 'payments' | 'declined'>): void {
    this.spread(event, { ...NOTHING, ...counted }, 0n);
  }

  private move(event: PaymentEvent, { held = 0n, captured = 0n, refunded = 0n }: Partial<ExpectedPayment>): void {
    const row = this.row(event);
    row.held += held;
    row.captured += captured;
    row.refunded += refunded;
    const spent = captured - refunded;
    this.spread(event, { ...NOTHING, spent, held, refunded }, 'agent_id' in event.payee ? spent : 0n);
  }

  /** `spending` goes to the payer's rows, what was earned to the payee's, and both to every other row of the payment. */
  private spread(event: PaymentEvent, spending: ExpectedFigures, earned: bigint): void {
    const both = { ...spending, earned };
    const payer = event.payer.agent_id;
    const { payee: paid } = event;
    const named =
      'payee_org' in paid ? `${paid.payee_org}/${paid.handle}` : 'service' in paid ? `service:${paid.service}` : '';
    const payee = 'agent_id' in paid ? paid.agent_id : named;
    const place = `${event.org} ${new Date(event.authorized_at).toISOString().slice(0, 10)} ${event.asset}`;
    this.addTo(place, 'org', '', both);
    this.addTo(place, 'protocol', event.protocol, both);
    this.addTo(place, 'service', 'service' in event.payee ? event.payee.service : '', both);
    const labels = Object.entries(event.labels).map(([name, value]) => labelText(name, value));
    for (const label of labels.length > 0 ? new Set(labels) : ['']) this.addTo(place, 'label', label, both);
    if (event.session_id === undefined) this.addTo(place, 'session', '', both);
    for (let session = event.session_id; session !== undefined; session = this.parents.get(session)) {
      this.addTo(place, 'session', session, both);
    }
    this.addTo(place, 'agent', payer, spending);
    this.addTo(place, 'counterparty', payee, spending);
    if ('agent_id' in event.payee) {
      this.addTo(place, 'agent', payee, { ...NOTHING, earned });
      this.addTo(place, 'counterparty', payer, { ...NOTHING, earned });
    }
  }

  private addTo(place: string, dimension: string, value: string, change: ExpectedFigures): void {
    const key = `${place} ${dimension} ${value}`;
    let row = this.rollup.get(key);
    if (!row) this.rollup.set(key, (row = { ...NOTHING }));
    row.spent += change.spent;
    row.held += change.held;
    row.earned += change.earned;
    row.refunded += change.refunded;
    row.payments += change.payments;
    row.declined += change.declined;
  }
}

const NOTHING: ExpectedFigures = { spent: 0n, held: 0n, earned: 0n, refunded: 0n, payments: 0n, declined: 0n };
