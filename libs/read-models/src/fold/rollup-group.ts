import type { Asset, ClearingCredited, ClearingRefunded, ClearingSource, Payee } from '#domain';
import { noFigures, type Figures } from './figures.js';
import type { PaymentChange } from './payment-change.js';

/** `org` is the organization's total, where each payment counts once. */
export const DIMENSIONS = ['org', 'agent', 'label', 'session', 'service', 'protocol', 'counterparty'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** The row of what has no value in a dimension: unlabelled, outside sessions, not for a service. */
export const NO_VALUE = '';

/** How a payee that is a service stands among counterparties, where agents stand by their id. */
export const SERVICE_COUNTERPARTY = 'service:';

/** What a batch adds to the rows of one organization, day and asset. */
export class RollupGroup {
  readonly values: Readonly<Record<Dimension, Map<string, Figures>>> = {
    org: new Map(),
    agent: new Map(),
    label: new Map(),
    session: new Map(),
    service: new Map(),
    protocol: new Map(),
    counterparty: new Map(),
  };

  constructor(
    /** 32 hex digits. */
    readonly org: string,
    /** Days since the epoch. */
    readonly day: number,
    readonly asset: Asset,
  ) {}

  /** Adds what an agent has earned from another org, whose report has the spending (D15). */
  addCredit({ source, payee, amount }: ClearingCredited): void {
    this.#addEarned(source, payee, BigInt(amount));
  }

  /** Takes off what that agent gives back; the refund itself stands in the report of the other org. */
  addRefundOfCredit({ source, payee, refunded }: ClearingRefunded): void {
    this.#addEarned(source, payee, -BigInt(refunded));
  }

  #addEarned(source: ClearingSource, payee: ClearingCredited['payee'], earned: bigint): void {
    const { values } = this;
    for (const dimension of ['org', 'session', 'service', 'label'] as const)
      row(values[dimension], NO_VALUE).earned += earned;
    row(values.protocol, 'direct').earned += earned;
    row(values.agent, payee.agent_id).earned += earned;
    row(values.counterparty, `${source.source_org}/${source.handle}`).earned += earned;
  }

  /**
   * Adds one event. Spending belongs to the payer, earning to the payee where it is an agent; in every dimension that does
   * not tell the two apart the payment counts whole, so that each dimension sums up to the total. Sessions get it at
   * the leaf; their ancestors once per batch.
   */
  add(change: PaymentChange): void {
    const { event } = change;
    const earns = change.payee_agent !== undefined;
    const delta: Delta = {
      spent: change.captured - change.refunded,
      held: change.held,
      earned: earns ? change.captured - change.refunded : 0n,
      refunded: change.refunded,
      payments: change.first && change.status !== 'declined' ? 1 : 0,
      declined: change.status === 'declined' ? 1 : 0,
    };
    const { values } = this;
    const payee = counterpartyOf(event.payee);
    addWhole(row(values.org, NO_VALUE), delta);
    addWhole(row(values.session, event.session_id ?? NO_VALUE), delta);
    addWhole(row(values.service, change.payee_service ?? NO_VALUE), delta);
    addWhole(row(values.protocol, event.protocol), delta);
    if (change.labels.length === 0) addWhole(row(values.label, NO_VALUE), delta);
    else for (const label of change.labels) addWhole(row(values.label, label), delta);
    addSpending(row(values.agent, event.payer.agent_id), delta);
    addSpending(row(values.counterparty, payee), delta);
    if (earns && movesMoney(event.type)) {
      row(values.agent, payee).earned += delta.earned;
      row(values.counterparty, event.payer.agent_id).earned += delta.earned;
    }
  }
}

/** Agents by id, services and agents of other books by names that no id is like. */
function counterpartyOf(payee: Payee): string {
  if ('agent_id' in payee) return payee.agent_id;
  return 'payee_org' in payee ? `${payee.payee_org}/${payee.handle}` : SERVICE_COUNTERPARTY + payee.service;
}

type Delta = Readonly<Figures>;

/** By type, not by amount, so that which rows exist does not depend on how events fall into batches. */
function movesMoney(type: string): boolean {
  return type === 'payment.transferred' || type === 'payment.captured' || type === 'payment.refunded';
}

function row(rows: Map<string, Figures>, value: string): Figures {
  let figures = rows.get(value);
  if (!figures) {
    figures = noFigures();
    rows.set(value, figures);
  }
  return figures;
}

function addWhole(figures: Figures, delta: Delta): void {
  addSpending(figures, delta);
  if (delta.earned !== 0n) figures.earned += delta.earned;
}

/** Most events leave most figures alone, and adding to a bigint makes a new one. */
function addSpending(figures: Figures, delta: Delta): void {
  if (delta.spent !== 0n) figures.spent += delta.spent;
  if (delta.held !== 0n) figures.held += delta.held;
  if (delta.refunded !== 0n) figures.refunded += delta.refunded;
  figures.payments += delta.payments;
  figures.declined += delta.declined;
}
