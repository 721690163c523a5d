import { partitionOf } from '#contracts';
import { walletOfPayee, type BookEvent, type Labels, type PaymentDetails, type Posting } from '#domain';

export interface SyntheticLogOptions {
  seed: number;
  payments: number;
  organizations?: number;
  agents?: number;
  /** Below one root, in chains of up to four. */
  sessions?: number;
  /** Of 100 payments, how many are held first and then captured, voided, expired or left. */
  held_percent?: number;
  /** Of 100 payments that captured something, how many are given back, in part or whole, up to three days later. */
  refunded_percent?: number;
  declined_percent?: number;
}

export interface SyntheticEntry {
  partition: number;
  position: number;
  event: BookEvent;
}

const START = Date.UTC(2026, 10, 20, 21);
const SERVICES = ['perplexity', 'tavily', 'firecrawl', 'jina', 'news'];
const GOALS = ['market survey', 'goal=brief', 'naïve "quoted" \\ label', 'tab\there'];

/** A log like those of real books: what it says is drawn from the seed, and every payment's life is possible. */
export function* syntheticLog(options: SyntheticLogOptions): Generator<SyntheticEntry> {
  const draw = randomNumbers(options.seed);
  const books = Array.from({ length: options.organizations ?? 1 }, (_, index) => new Book(index, options, draw));
  const partitions = new Map<number, number>();
  const placed = (book: Book, event: BookEvent): SyntheticEntry => {
    const position = (partitions.get(book.partition) ?? 0) + 1;
    partitions.set(book.partition, position);
    return { partition: book.partition, position, event };
  };
  for (const book of books) for (const event of book.opening()) yield placed(book, event);
  for (let payment = 0; payment < options.payments; payment++) {
    const book = books[payment % books.length]!;
    for (const event of book.next()) yield placed(book, event);
  }
  for (const book of books) for (const event of book.rest()) yield placed(book, event);
}

type Draw = (below: number) => number;

interface Open {
  details: PaymentDetails;
  held: bigint;
  captured: bigint;
  refunded: bigint;
}

class Book {
  readonly partition: number;
  private readonly org: string;
  private sequence = 0;
  private time = START;
  private readonly holds: Open[] = [];
  private readonly captured: Open[] = [];

  constructor(
    private readonly index: number,
    private readonly options: SyntheticLogOptions,
    private readonly draw: Draw,
  ) {
    this.org = this.id('org', 0);
    this.partition = partitionOf(this.org);
  }

  *opening(): Generator<BookEvent> {
    yield {
      ...this.header('owner'),
      type: 'organization.created',
      name: `Organization ${this.index}`,
      default_asset: 'USD',
      first_use: { enabled: true, per_payment: '1', per_day: '1', agents_maximum: 1, together_per_day: '1' },
    };
    for (let agent = 0; agent < this.agents; agent++) {
      yield {
        ...this.header('owner'),
        type: 'agent.registered',
        agent_id: this.id('agt', agent),
        handle: `agent-${agent}`,
        origin: 'explicit',
        limits: [],
        funding: 'treasury',
        labels: {},
      };
    }
    for (let session = 0; session < this.sessions; session++) {
      const parent = session === 0 ? undefined : session % 4 === 1 ? 0 : session - 1;
      yield {
        ...this.header('owner'),
        type: 'session.opened',
        session_id: this.id('ses', session),
        ...(parent === undefined ? {} : { parent_session_id: this.id('ses', parent) }),
        asset: 'USD',
        budget: '2000000',
        mode: 'shared',
        labels: session % 5 === 0 ? { goal: 'brief' } : {},
        token_hash: 'x',
      };
    }
  }

  *next(): Generator<BookEvent> {
    this.time += this.draw(40);
    const details = this.details();
    const kind = this.draw(100);
    const declined = this.options.declined_percent ?? 2;
    const held = this.options.held_percent ?? 8;
    if (kind < declined) {
      yield {
        ...this.header(details.payer.agent_id),
        ...details,
        type: 'payment.declined',
        decline: {
          code: 'session_budget_exceeded',
          scope: { kind: 'session', id: this.id('ses', 0) },
          limit: '2000000',
          spent: '1999999',
          held: '0',
          requested: details.amount,
        },
      };
    } else if (kind < declined + held) {
      yield {
        ...this.header(details.payer.agent_id),
        ...details,
        type: 'payment.authorized',
        postings: [this.posting(details, details.payer.wallet_id, `${details.payer.wallet_id}:held`, details.amount)],
        windows: this.windows(details),
        expires_at: this.time + 900_000,
      };
      this.holds.push({ details, held: BigInt(details.amount), captured: 0n, refunded: 0n });
    } else {
      yield {
        ...this.header(details.payer.agent_id),
        ...details,
        type: 'payment.transferred',
        postings: [
          this.posting(details, details.payer.wallet_id, walletOfPayee(details.payee, details.asset), details.amount),
        ],
        windows: this.windows(details),
      };
      if (this.refunds()) this.captured.push({ details, held: 0n, captured: BigInt(details.amount), refunded: 0n });
    }
    if (this.holds.length > 20) yield* this.endHold();
    if (this.captured.length > 20) yield this.refund();
  }

  /** Ends most of what is open, some of it days later. */
  *rest(): Generator<BookEvent> {
    while (this.holds.length > 3) {
      this.time += this.draw(3_600_000);
      yield* this.endHold();
    }
    while (this.captured.length > 2) {
      this.time += this.draw(7_200_000);
      yield this.refund();
    }
    const last = this.options.sessions ? this.id('ses', this.sessions - 1) : undefined;
    if (last) {
      yield { ...this.header('owner'), type: 'session.changed', session_id: last, budget: '3000000', expires_at: null };
      yield { ...this.header('owner'), type: 'session.closed', session_id: last, returned: '0' };
    }
  }

  private *endHold(): Generator<BookEvent> {
    const hold = this.take(this.holds);
    const { details } = hold;
    const by = details.payer.agent_id;
    const release = (units: bigint) =>
      this.posting(details, `${details.payer.wallet_id}:held`, details.payer.wallet_id, `${units}`);
    if (this.draw(5) === 0) {
      const expires_at = this.time + 900_000 + this.draw(3_600_000);
      yield { ...this.header(by), ...details, type: 'payment.extended', expires_at };
    }
    if (this.draw(3) === 0) yield { ...this.header(by), ...details, type: 'payment.dispatched', unknown_at: this.time };
    if (this.draw(6) === 0) yield { ...this.header('owner'), ...details, type: 'payment.outcome_unknown' };
    if (this.draw(4) === 0 && hold.held > 1n) {
      const captured = hold.held / 3n;
      hold.captured += captured;
      hold.held -= captured;
      yield {
        ...this.header(by),
        ...details,
        type: 'payment.captured',
        postings: [],
        captured: `${captured}`,
        released: '0',
        captured_total: `${hold.captured}`,
        final: false,
      };
    }
    const end = this.draw(10);
    if (end < 6) {
      const captured = hold.held - BigInt(this.draw(Number(hold.held) + 1));
      const released = hold.held - captured;
      hold.captured += captured;
      yield {
        ...this.header(by),
        ...details,
        type: 'payment.captured',
        postings: [release(released)],
        captured: `${captured}`,
        released: `${released}`,
        captured_total: `${hold.captured}`,
        final: true,
      };
    } else if (end < 8) {
      yield {
        ...this.header(by),
        ...details,
        type: 'payment.voided',
        postings: [release(hold.held)],
        released: `${hold.held}`,
        captured_total: `${hold.captured}`,
        reason: 'requested',
      };
    } else {
      yield {
        ...this.header('owner'),
        ...details,
        type: 'payment.expired',
        postings: [release(hold.held)],
        released: `${hold.held}`,
      };
      const decline = { code: 'hold_expired' as const, scope: { kind: 'payment' as const, id: details.payment_id } };
      if (this.draw(2) === 0) yield { ...this.header(by), ...details, type: 'payment.capture_refused', decline };
    }
    if (hold.captured > 0n && this.refunds()) this.captured.push(hold);
  }

  private refund(): BookEvent {
    const open = this.take(this.captured);
    const left = open.captured - open.refunded;
    if (this.draw(8) === 0) {
      this.captured.push(open);
      const scope = { kind: 'wallet' as const, id: walletOfPayee(open.details.payee, open.details.asset) };
      const decline = { code: 'refund_exceeds_payee_funds' as const, scope };
      return { ...this.header('owner'), ...open.details, type: 'payment.refund_refused', decline };
    }
    const refunded = this.draw(2) === 0 || left === 1n ? left : left / 2n;
    open.refunded += refunded;
    if (open.refunded < open.captured) this.captured.push(open);
    return {
      ...this.header('owner'),
      ...open.details,
      type: 'payment.refunded',
      postings: [
        this.posting(
          open.details,
          walletOfPayee(open.details.payee, open.details.asset),
          open.details.payer.wallet_id,
          `${refunded}`,
        ),
      ],
      refund_id: `ref_${this.sequence}`,
      refunded: `${refunded}`,
      refunded_total: `${open.refunded}`,
      captured_total: `${open.captured}`,
    };
  }

  private details(): PaymentDetails {
    const payer = this.draw(this.agents);
    const toAgent = this.agents > 1 && this.draw(4) === 0;
    const payee = (payer + 1 + this.draw(Math.max(1, this.agents - 1))) % this.agents;
    const service = SERVICES[this.draw(SERVICES.length)]!;
    const asset = this.draw(50) === 0 ? 'JPY' : 'USD';
    return {
      payment_id: `pay_${this.index.toString(16).padStart(8, '0')}${(this.sequence + 1).toString(16).padStart(24, '0')}`,
      amount: `${1 + this.draw(50_000)}`,
      asset,
      payer: { ...this.party(payer), wallet_id: `wal_${this.id('org', 0).slice(4)}_usd` },
      payee: toAgent ? this.party(payee) : { service },
      protocol: this.draw(10) === 0 ? 'x402' : 'direct',
      ...(this.sessions > 0 && this.draw(10) > 0 ? { session_id: this.id('ses', this.draw(this.sessions)) } : {}),
      labels: this.labels(),
      ...(this.draw(5) === 0 ? { category: 'search' } : {}),
      authorized_at: this.time,
    };
  }

  private labels(): Labels {
    const chosen = this.draw(10);
    if (chosen === 0) return {};
    const user = `user-${this.draw(8)}`;
    if (chosen < 6) return { user };
    if (chosen < 9) return { label: GOALS[this.draw(GOALS.length)]!, user };
    return { label: 'goal=brief', goal: 'brief', user };
  }

  private windows(details: PaymentDetails): [string, string, number, number][] {
    const day = details.authorized_at - (details.authorized_at % 86_400_000);
    return [
      [details.payer.agent_id, `amount:day:${details.asset}`, day, day + 86_400_000],
      [details.payer.agent_id, `amount:hour:${details.asset}`, day, day + 3_600_000],
    ];
  }

  private posting(details: PaymentDetails, debit: string, credit: string, amount: string): Posting {
    return { debit, credit, amount, asset: details.asset };
  }

  private party(agent: number): { agent_id: string; handle: string } {
    const agent_id = this.id('agt', agent);
    return { agent_id, handle: `agent-${agent}` };
  }

  private header(by: string): Pick<BookEvent, 'version' | 'org' | 'sequence' | 'time' | 'by' | 'key' | 'fingerprint'> {
    this.sequence += 1;
    return {
      version: 1,
      org: this.org,
      sequence: this.sequence,
      time: this.time,
      by,
      key: `intent-${this.sequence}`,
      fingerprint: '1:Zm9vYmFyYmF6cXV1eGZvb2JhcmJhenF1dXhmb29iYXI',
    };
  }

  private id(prefix: string, number: number): string {
    return `${prefix}_${this.index.toString(16).padStart(8, '0')}00007000${number.toString(16).padStart(16, '0')}`;
  }

  private refunds(): boolean {
    return this.draw(100) < (this.options.refunded_percent ?? 5);
  }

  private take(open: Open[]): Open {
    return open.splice(this.draw(open.length), 1)[0]!;
  }

  private get agents(): number {
    return this.options.agents ?? 5;
  }
  private get sessions(): number {
    return this.options.sessions ?? 8;
  }
}

/** Mulberry32: small, seeded, good enough to choose test data. */
function randomNumbers(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
