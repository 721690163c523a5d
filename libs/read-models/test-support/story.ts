import { partitionOf } from '#contracts';
import type { BookEvent, Labels, PaymentDetails } from '#domain';
import type { SyntheticEntry } from './synthetic-log.js';

const DEFAULT_ORG = 'org_00000000000070008000000000000001';

interface PaymentWords {
  from?: string;
  /** An agent's name, or `service:<name>`. */
  to?: string;
  units: number;
  session?: string;
  labels?: Labels;
  protocol?: PaymentDetails['protocol'];
  asset?: PaymentDetails['asset'];
  category?: string;
}

/** A short log told by hand: names instead of ids, one call per event. Time moves only where `at` says so. */
export class Story {
  readonly entries: SyntheticEntry[] = [];
  private position = 0;
  private readonly payments = new Map<string, PaymentDetails>();

  constructor(
    readonly org = DEFAULT_ORG,
    private time = Date.UTC(2026, 10, 20, 12),
  ) {}

  get partition(): number {
    return partitionOf(this.org);
  }

  id(prefix: string, name: string): string {
    return `${prefix}_${Buffer.from(name).toString('hex').padStart(32, '0').slice(-32)}`;
  }

  at(iso: string): this {
    this.time = Date.parse(iso);
    return this;
  }

  agent(name: string): this {
    return this.tell({
      type: 'agent.registered',
      agent_id: this.id('agt', name),
      handle: name,
      origin: 'explicit',
      limits: [],
      funding: 'treasury',
      labels: {},
    });
  }

  session(name: string, parent?: string): this {
    return this.tell({
      type: 'session.opened',
      session_id: this.id('ses', name),
      ...(parent === undefined ? {} : { parent_session_id: this.id('ses', parent) }),
      asset: 'USD',
      budget: '2000000',
      mode: 'shared',
      labels: {},
      token_hash: 'x',
    });
  }

  transfer(name: string, words: PaymentWords): this {
    return this.tell({
      type: 'payment.transferred',
      ...this.begin(name, words),
      postings: [],
      windows: [],
    });
  }

  authorize(name: string, words: PaymentWords): this {
    const expires_at = this.time + 900_000;
    return this.tell({
      type: 'payment.authorized',
      ...this.begin(name, words),
      ...{ postings: [], windows: [], expires_at },
    });
  }

  /** Waits for an approval. */
  ask(name: string, words: PaymentWords): this {
    const approval_id = this.id('apr', name);
    const details = { ...this.begin(name, words), approval_id };
    this.payments.set(name, details);
    return this.tell({
      type: 'payment.pending_approval',
      ...details,
      ...{ postings: [], windows: [], expires_at: this.time + 86_400_000, capture: false, hold_ms: 900_000 },
    });
  }

  approve(name: string): this {
    const expires_at = this.time + 900_000;
    return this.tell({ type: 'payment.approved', ...this.details(name), capture: false, expires_at });
  }

  /** Ends the waiting without an approval. */
  voidPending(name: string, released: number, reason: 'requested' | 'approval_denied' | 'approval_expired'): this {
    return this.tell({
      type: 'payment.voided',
      ...this.details(name),
      ...{ postings: [], released: `${released}`, reason, was_pending: true },
    });
  }

  decline(name: string, words: PaymentWords): this {
    const decline = { code: 'session_budget_exceeded', scope: { kind: 'session', id: this.id('ses', 'root') } };
    return this.tell({ type: 'payment.declined', ...this.begin(name, words), decline });
  }

  capture(name: string, captured: number, released = 0, final = true): this {
    return this.tell({
      type: 'payment.captured',
      ...this.details(name),
      ...{ postings: [], captured: `${captured}`, released: `${released}`, captured_total: '0', final },
    });
  }

  void(name: string, released: number): this {
    return this.tell({
      type: 'payment.voided',
      ...this.details(name),
      postings: [],
      released: `${released}`,
      reason: 'requested',
    });
  }

  expire(name: string, released: number): this {
    return this.tell({ type: 'payment.expired', ...this.details(name), postings: [], released: `${released}` });
  }

  extend(name: string, expires_at: string): this {
    return this.tell({ type: 'payment.extended', ...this.details(name), expires_at: Date.parse(expires_at) });
  }

  outcomeUnknown(name: string): this {
    return this.tell({ type: 'payment.outcome_unknown', ...this.details(name) });
  }

  refund(name: string, refunded: number): this {
    return this.tell({
      type: 'payment.refunded',
      ...this.details(name),
      ...{ postings: [], refund_id: 'ref', refunded: `${refunded}`, refunded_total: '0', captured_total: '0' },
    });
  }

  /** Any event, also one that no contract knows. */
  tell(event: Record<string, unknown> & { type: string }): this {
    this.position += 1;
    const header = { version: 1, org: this.org, sequence: this.position, time: this.time, by: 'owner' };
    this.entries.push({
      partition: this.partition,
      position: this.position,
      event: { ...header, ...event } as unknown as BookEvent,
    });
    return this;
  }

  private begin(name: string, words: PaymentWords): PaymentDetails {
    const party = (agent: string) => ({ agent_id: this.id('agt', agent), handle: agent });
    const to = words.to ?? 'service:search';
    const details: PaymentDetails = {
      payment_id: this.id('pay', name),
      amount: `${words.units}`,
      asset: words.asset ?? 'USD',
      payer: { ...party(words.from ?? 'planner'), wallet_id: 'wal_x' },
      payee: to.startsWith('service:') ? { service: to.slice(8) } : party(to),
      protocol: words.protocol ?? 'direct',
      ...(words.session === undefined ? {} : { session_id: this.id('ses', words.session) }),
      labels: words.labels ?? {},
      ...(words.category === undefined ? {} : { category: words.category }),
      authorized_at: this.time,
    };
    this.payments.set(name, details);
    return details;
  }

  private details(name: string): PaymentDetails {
    const details = this.payments.get(name);
    if (!details) throw new Error(`The story has no payment ${name}`);
    return details;
  }
}
