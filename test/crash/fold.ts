import type { BookEvent, LimitDefinition, PaymentEvent, Posting } from '#domain';
import type { LogStore } from '#event-log';

/** What stands in the log, folded here by code that shares nothing with the book's own. */
export interface Folded {
  events: number;
  /** By key: how many events bind it, and the one that does. */
  keys: Map<string, { event: BookEvent; position: string; times: number }>;
  /** By payment. */
  payments: Map<string, PaymentFigures>;
  /** Everything that was passed or broken at some position; empty where all held at every position. */
  faults: string[];
  /** Held money of all accounts at the end. */
  held: bigint;
  /** Book time at the end. */
  time: number;
  budgets: ReadonlyMap<string, bigint>;
  /** By agent, with what those below it spent. */
  spent: ReadonlyMap<string, bigint>;
}

export interface PaymentFigures {
  /** What was held, or moved at once, at first. */
  amount: bigint;
  held: bigint;
  captured: bigint;
  /** How many captures there were of it. */
  captures: number;
  refunded: bigint;
  voided_or_expired: boolean;
  labels: Readonly<Record<string, string>>;
  /** When it was given to the outside, the moment at which nobody waits for an answer any more; undefined before. */
  unknown_at?: number;
  /** That moment has come, and nobody had said what became of it. */
  is_unknown: boolean;
}

interface Scope {
  parent?: string;
  /** Undefined: no cap of that kind. */
  cap?: bigint;
  /** Carved out of its parent: charges above stop here. */
  reserved?: boolean;
  used: bigint;
}

const PAGE = 5_000;

/** Reads one partition from its first event and checks every cap, balance and hold after each event. */
export async function foldPartition(log: LogStore, partition: number): Promise<Folded> {
  const fold = new Fold();
  const { position: head } = await log.head(partition);
  for (let after = 0; after < head; after += PAGE) {
    for (const { position, payload } of await log.read(partition, after, Math.min(head, after + PAGE)))
      fold.add(JSON.parse(payload.toString('utf8')) as BookEvent, `${partition}:${position}`);
  }
  return fold.end();
}

class Fold {
  readonly #keys: Folded['keys'] = new Map();
  readonly #payments: Folded['payments'] = new Map();
  readonly #faults: string[] = [];
  readonly #accounts = new Map<string, bigint>();
  readonly #sessions = new Map<string, Scope>();
  readonly #agents = new Map<
    string,
    { parent?: string; limits: readonly LimitDefinition[]; used: Map<string, bigint> }
  >();
  #events = 0;
  #time = 0;

  add(event: BookEvent, position: string): void {
    this.#events += 1;
    this.#time = event.time;
    if (event.key !== undefined) this.#bind(event, position);
    if ('postings' in event) this.#post(event.postings, position);
    if (event.type === 'session.opened') {
      const { session_id, parent_session_id: parent, budget, mode } = event;
      this.#sessions.set(session_id, { parent, cap: BigInt(budget), reserved: mode === 'reserved', used: 0n });
      if (mode === 'reserved' && parent !== undefined) this.#useSessions(parent, BigInt(budget), position);
    }
    if (event.type === 'session.changed' && event.budget !== undefined)
      this.#sessions.get(event.session_id)!.cap = BigInt(event.budget);
    if (event.type === 'agent.registered')
      this.#agents.set(event.agent_id, { parent: event.parent_agent_id, limits: event.limits, used: new Map() });
    if (event.type.startsWith('payment.')) this.#pay(event as PaymentEvent, position);
  }

  end(): Folded {
    let held = 0n;
    for (const [account, balance] of this.#accounts) if (account.endsWith(':held')) held += balance;
    return {
      events: this.#events,
      keys: this.#keys,
      payments: this.#payments,
      faults: this.#faults,
      held,
      time: this.#time,
      spent: new Map([...this.#agents].map(([id, { used }]) => [id, used.get('lifetime') ?? 0n])),
      budgets: new Map([...this.#sessions].map(([id, { cap }]) => [id, cap ?? 0n])),
    };
  }

  #bind(event: BookEvent, position: string): void {
    const before = this.#keys.get(event.key!);
    if (before) before.times += 1;
    else this.#keys.set(event.key!, { event, position, times: 1 });
  }

  #post(postings: readonly Posting[], position: string): void {
    for (const { debit, credit, amount } of postings) {
      this.#accounts.set(debit, (this.#accounts.get(debit) ?? 0n) - BigInt(amount));
      this.#accounts.set(credit, (this.#accounts.get(credit) ?? 0n) + BigInt(amount));
      if (!debit.startsWith('external:') && this.#accounts.get(debit)! < 0n)
        this.#faults.push(`${position}: ${debit} is overdrawn`);
    }
  }

  #pay(event: PaymentEvent, position: string): void {
    const amount = BigInt(event.amount);
    if ('windows' in event) {
      if (this.#payments.has(event.payment_id)) this.#faults.push(`${position}: ${event.payment_id} is paid twice`);
      const captured = event.type === 'payment.transferred' ? amount : 0n;
      this.#payments.set(event.payment_id, {
        amount,
        held: amount - captured,
        captured,
        captures: 0,
        refunded: 0n,
        voided_or_expired: false,
        labels: event.labels,
        is_unknown: false,
        unknown_at: event.type === 'payment.authorized' ? event.unknown_at : undefined,
      });
      return this.#use(event, amount, position);
    }
    const figures = this.#payments.get(event.payment_id);
    if (!figures) {
      if (event.type !== 'payment.declined')
        this.#faults.push(`${position}: ${event.type} of a payment that is not there`);
      return;
    }
    if (event.type === 'payment.captured') {
      const [captured, released] = [BigInt(event.captured), BigInt(event.released)];
      figures.held -= captured + released;
      figures.captured += captured;
      figures.captures += 1;
      this.#use(event, -released, position);
    } else if (event.type === 'payment.voided' || event.type === 'payment.expired') {
      figures.held -= BigInt(event.released);
      figures.voided_or_expired = true;
      this.#use(event, -BigInt(event.released), position);
    } else if (event.type === 'payment.refunded') {
      figures.refunded += BigInt(event.refunded);
      this.#use(event, -BigInt(event.refunded), position);
    } else if (event.type === 'payment.dispatched') figures.unknown_at = event.unknown_at;
    else if (event.type === 'payment.outcome_unknown') figures.is_unknown = true;
    if (figures.held < 0n) this.#faults.push(`${position}: more than its hold left ${event.payment_id}`);
    if (figures.refunded > figures.captured) this.#faults.push(`${position}: more than was captured came back`);
  }

  #use(event: PaymentEvent, change: bigint, position: string): void {
    if (event.session_id !== undefined) this.#useSessions(event.session_id, change, position);
    const day = Math.floor(event.authorized_at / 86_400_000);
    for (let id: string | undefined = event.payer.agent_id; id !== undefined; id = this.#agents.get(id)?.parent) {
      const agent = this.#agents.get(id);
      if (!agent) return void this.#faults.push(`${position}: ${id} pays and is not there`);
      for (const window of ['lifetime', `day ${day}`]) {
        const used = (agent.used.get(window) ?? 0n) + change;
        agent.used.set(window, used);
        const cap = agent.limits.find((limit) => limit.of === 'amount' && limit.per === window.split(' ')[0]);
        if (change > 0n && cap && used > BigInt(cap.maximum))
          this.#faults.push(`${position}: ${id} has used ${used} of ${cap.maximum} per ${window}`);
      }
    }
  }

  #useSessions(leaf: string, change: bigint, position: string): void {
    for (let id: string | undefined = leaf; id !== undefined;) {
      const session: Scope | undefined = this.#sessions.get(id);
      if (!session) return void this.#faults.push(`${position}: session ${id} is not there`);
      session.used += change;
      if (change > 0n && session.used > session.cap!)
        this.#faults.push(`${position}: session ${id} has used ${session.used} of ${session.cap}`);
      id = session.reserved ? undefined : session.parent;
    }
  }
}
