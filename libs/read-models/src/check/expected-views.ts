import { labelText } from '#contracts';
import type { BookEvent, PaymentEvent } from '#domain';

/** A roll-up row as plain figures; `key` is org, dimension, value, day and asset. */
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
}

/**
 * What the read models must hold, worked out from the events in the plainest way there is: one event after the other, every
 * ancestor for every payment. It shares nothing with the projection but the contract of events, so that a mistake has to
 * be made twice to go unseen.
 */
export class ExpectedViews {
  readonly rollup = new Map<string, ExpectedFigures>();
  readonly payments = new Map<string, ExpectedPayment>();
  events = 0;
  private readonly parents = new Map<string, string>();

  add(event: BookEvent, partition: number, position: number): void {
    this.events += 1;
    if (event.type === 'session.opened' && event.parent_session_id) {
      this.parents.set(event.session_id, event.parent_session_id);
    }
    if (!event.type.startsWith('payment.')) return;
    const payment = event as PaymentEvent;
    switch (payment.type) {
      case 'payment.transferred':
        this.begin(payment, partition, position, 'captured');
        this.count(payment, { payments: 1n });
        this.move(payment, { captured: BigInt(payment.amount) });
        break;
      case 'payment.authorized':
        this.begin(payment, partition, position, 'authorized');
        this.count(payment, { payments: 1n });
        this.move(payment, { held: BigInt(payment.amount) });
        break;
      case 'payment.declined':
        this.begin(payment, partition, position, 'declined');
        this.count(payment, { declined: 1n });
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
      case 'payment.outcome_unknown':
        this.row(payment).status = 'outcome_unknown';
        break;
      default:
    }
  }

  private begin(event: PaymentEvent, partition: number, position: number, status: string): void {
    const place = `${partition}:${position}`;
    this.payments.set(event.payment_id, { held: 0n, captured: 0n, refunded: 0n, status, position: place });
  }

  private row(event: PaymentEvent): ExpectedPayment {
    const row = this.payments.get(event.payment_id);
    if (!row) throw new Error(`${event.type} of ${event.payment_id}, which has not begun`);
    return row;
  }

  private count(event: PaymentEvent, change: Partial<ExpectedFigures>): void {
    this.spread(event, change, {});
  }

  private move(event: PaymentEvent, { held = 0n, captured = 0n, refunded = 0n }: Partial<ExpectedPayment>): void {
    const row = this.row(event);
    row.held += held;
    row.captured += captured;
    row.refunded += refunded;
    const net = captured - refunded;
    const earned = 'agent_id' in event.payee ? net : 0n;
    this.spread(event, { spent: net, held, refunded }, { earned });
  }

  /** `spending` goes to the payer's rows, `earning` to the payee's, and both to every other row of the payment. */
  private spread(event: PaymentEvent, spending: Partial<ExpectedFigures>, earning: Partial<ExpectedFigures>): void {
    const both = { ...spending, ...earning };
    const payer = event.payer.agent_id;
    const payee = 'agent_id' in event.payee ? event.payee.agent_id : `service:${event.payee.service}`;
    this.addTo(event, 'org', '', both);
    this.addTo(event, 'protocol', event.protocol, both);
    this.addTo(event, 'service', 'service' in event.payee ? event.payee.service : '', both);
    const labels = Object.entries(event.labels).map(([name, value]) => labelText(name, value));
    for (const label of labels.length > 0 ? new Set(labels) : ['']) this.addTo(event, 'label', label, both);
    if (event.session_id === undefined) this.addTo(event, 'session', '', both);
    for (let session = event.session_id; session !== undefined; session = this.parents.get(session)) {
      this.addTo(event, 'session', session, both);
    }
    this.addTo(event, 'agent', payer, spending);
    this.addTo(event, 'counterparty', payee, spending);
    if ('agent_id' in event.payee) {
      this.addTo(event, 'agent', payee, earning);
      this.addTo(event, 'counterparty', payer, earning);
    }
  }

  private addTo(event: PaymentEvent, dimension: string, value: string, change: Partial<ExpectedFigures>): void {
    const day = new Date(event.authorized_at).toISOString().slice(0, 10);
    const key = JSON.stringify([event.org, dimension, value, day, event.asset]);
    const row = this.rollup.get(key) ?? { spent: 0n, held: 0n, earned: 0n, refunded: 0n, payments: 0n, declined: 0n };
    for (const name of Object.keys(change) as (keyof ExpectedFigures)[]) row[name] += change[name] ?? 0n;
    this.rollup.set(key, row);
  }
}
