import { isDeepStrictEqual } from 'node:util';
import {
  Book,
  BookOverlay,
  DEFAULT_DECIDE_SETTINGS,
  decide,
  evolve,
  usageAt,
  type Asset,
  type BookEvent,
  type Decision,
  type Explanation,
  type LimitState,
} from '#domain';
import { checkDryRun } from './check-dry-run.js';
import { dumpBook } from '../book-dump.js';
import { ADMIN, refusalOf, SCENARIO_ORG, SCENARIO_START, type CommandInput } from '../book-scenario.js';
import { LogFacts } from '../log-facts.js';
import { usedOf } from './reference-approvals.js';
import { checkPast, checkPolicy } from './reference-policy.js';
import {
  agentById,
  carvedIn,
  heldIn,
  isOpen,
  moneyIn,
  paymentsInside,
  paymentsUnder,
  spentIn,
  sumOf,
  usedIn,
  walletsOf,
  type ReferenceBook,
  type ReferenceLimit,
  type ReferencePayment,
} from './reference-book.js';
import { isInClearing } from './reference-clearing.js';
import { countedIn, counts, firstUseLimit, nameOf, type Verdict } from './reference-rules.js';

export const FIRST_USE = { enabled: true, per_payment: '9', per_day: '25', agents_maximum: 3, together_per_day: '40' };
const TREASURY = 300n;

/** What the reference expects of a decision: it passes, or this rule binds, recorded or not. */
export type Expectation = { passes: true } | { recorded: Verdict } | { refused: Verdict } | { replays: number };

/**
 * The real book and the reference beside it. Commands are decided on an overlay that is merged now and then, or thrown away
 * as after a crash; after each step everything that can be seen of the one must equal the other.
 */
export class ModelWorld {
  reference: ReferenceBook = {
    time: 0,
    sequence: 0,
    limits: [],
    grants: [],
    agents: [],
    sessions: [],
    payments: [],
    topups: [],
    transfers: [],
    opened: [],
    credits: [],
    returns: [],
    taken_back: [],
    requests: [],
    sent: [],
    keys: [],
  };
  book = new Book();
  overlay = new BookOverlay(this.book);
  facts = new LogFacts();
  log: BookEvent[] = [];
  clock = SCENARIO_START;
  steps = 0;
  /** Payments that were explained before they were decided. */
  dryRuns = 0;
  /** What dry runs said of payments that were then recorded, by the numbers of their events. */
  #told = new Map<number, Explanation>();
  /** Past decisions that were explained from the log, as the dry run had explained them. */
  explainedLater = 0;
  #fresh = 0;
  #overBefore = new Map<string, bigint>();
  #committed: { log: number; reference: string };

  constructor() {
    const created = this.decide({
      type: 'organization.create',
      credential: { subject: 'owner', proven_by: 'owner' },
      name: 'Model',
      default_asset: 'USD',
      first_use: FIRST_USE,
      admin_key: { key_id: 'key_admin', token_hash: 'admin proof' },
      initial_amount: TREASURY,
    });
    this.fold(created);
    this.reference.topups.push({ wallet: treasury('USD'), asset: 'USD', amount: TREASURY });
    this.overlay.merge();
    this.#committed = this.#checkpoint();
  }

  /** Book time: the clock, but never before the last event. */
  get now(): number {
    return Math.max(this.clock, this.reference.time);
  }

  freshId(): string {
    this.#fresh += 1;
    return `0190000000007000800${this.#fresh.toString(16).padStart(13, '0')}`;
  }

  decide(input: CommandInput): Decision {
    const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: this.freshId(), ...input };
    const decision = decide(this.overlay, this.facts, command, this.clock, DEFAULT_DECIDE_SETTINGS);
    if (command.type !== 'payment.authorize') return decision;
    const told = checkDryRun(this.overlay, this.facts, command, this.clock, decision);
    if (told && decision.kind === 'record') this.#told.set(decision.events[decision.primary]!.sequence, told);
    this.dryRuns += 1;
    return decision;
  }

  /** Decides, compares with what the reference expects, and folds. True where the command passed. */
  expect(input: CommandInput, expected: Expectation, also?: Expectation): boolean {
    const decision = this.decide(input);
    if (!matches(decision, expected) && !(also && matchesLoosely(decision, expected, also)))
      throw new Error(`expected ${show(expected)}${also ? ` or ${show(also)}` : ''}, decided ${show(decision)}`);
    this.fold(decision);
    return decision.kind === 'record' && refusalOf(decision) === undefined;
  }

  fold(decision: Decision): void {
    if (decision.kind !== 'record') return;
    for (const event of decision.events) {
      const stored = JSON.parse(JSON.stringify(event)) as BookEvent;
      if (!isDeepStrictEqual(stored, event)) throw new Error(`an event is not what its JSON says: ${show(event)}`);
      evolve(this.overlay, stored);
      checkPostings(stored);
      this.facts.add(stored);
      this.log.push(stored);
      checkPolicy(this.reference, this.log, stored);
      this.reference.time = stored.time;
      this.reference.sequence = stored.sequence;
    }
  }

  /** The cycle's events are in the log: the overlay becomes the book. */
  commit(): void {
    this.overlay.merge();
    this.#committed = this.#checkpoint();
  }

  /** Nothing of the cycle reached the log: as if it had never been. */
  crash(): void {
    this.overlay.discard();
    this.log = this.log.slice(0, this.#committed.log);
    this.facts = new LogFacts();
    for (const event of this.log) this.facts.add(event);
    for (const sequence of this.#told.keys()) if (sequence > this.log.length) this.#told.delete(sequence);
    this.reference = parse(this.#committed.reference);
    this.#overBefore = this.#overCaps();
  }

  /** After every step. `capsChanged` where the step itself moved a cap, so that being above it is not its fault. */
  check(capsChanged: boolean): void {
    this.steps += 1;
    this.#checkAgents();
    this.#checkWindows();
    this.#checkSessions();
    this.#checkWallets();
    this.#checkHolds();
    this.#checkGrants();
    this.#checkClearing();
    this.#checkRequests();
    const over = this.#overCaps();
    if (!capsChanged)
      for (const [scope, by] of over) {
        const before = this.#overBefore.get(scope) ?? 0n;
        if (by > 0n && by > before) throw new Error(`A1: ${scope} is over its cap by ${by}, before by ${before}`);
      }
    this.#overBefore = over;
  }

  /**
   * Replay from zero gives the same book, byte for byte, and so does merging overlays; and on the way every decision is
   * explained as it was when it was taken.
   */
  checkReplay(): void {
    this.commit();
    const replayed = new Book();
    for (const event of this.log) {
      const told = this.#told.get(event.sequence);
      if (told) {
        checkPast(replayed, event, told);
        this.explainedLater += 1;
      }
      evolve(replayed, JSON.parse(JSON.stringify(event)) as BookEvent);
    }
    same('D4: the replayed book', dumpBook(replayed), dumpBook(this.book));
  }

  /** Once everything has ended, nothing is held but what has an unknown outcome (B1). */
  checkRest(): void {
    const unknown = sumOf(this.reference.payments.filter((one) => one.status === 'outcome_unknown')).held;
    let held = 0n;
    for (const wallet of this.book.wallets.values()) held += wallet.held;
    same('B1: held at rest', held, unknown);
  }

  #checkpoint(): { log: number; reference: string } {
    return { log: this.log.length, reference: stringify(this.reference) };
  }

  #checkAgents(): void {
    for (const agent of this.reference.agents) {
      const real = this.overlay.agents.get(agent.id);
      same(`the status of ${agent.handle}`, real?.status, agent.status);
      same(`F7: the addresses of ${agent.handle}`, real?.addresses ?? [], agent.addresses ?? []);
      for (const address of agent.addresses ?? [])
        same(`F7: whose ${address} is`, this.overlay.addresses.get(address)?.agent_id, agent.id);
      for (const asset of ['USD', 'JPY'] as const) {
        const { spent, held, count } = real?.totals[asset] ?? { spent: 0n, held: 0n, count: 0 };
        const expected = sumOf(paymentsUnder(this.reference, agent.id, asset));
        same(`${asset} of ${agent.handle}`, [spent, held, count], [expected.spent, expected.held, expected.count]);
      }
      same(
        `the handle ${agent.handle}`,
        agentById(this.reference, this.overlay.handles.get(agent.handle)!.agent_id).handle,
        agent.handle,
      );
    }
  }

  /** What every window counts is what its payments came to; a rolling one may see up to a granule more, never less. */
  #checkWindows(): void {
    for (const agent of this.reference.agents)
      this.#checkWindowsOf(agent.handle, this.overlay.agents.get(agent.id)!.limits, agent.limits, (asset) =>
        paymentsUnder(this.reference, agent.id, asset),
      );
    for (const session of this.reference.sessions)
      this.#checkWindowsOf(session.id, this.overlay.sessions.get(session.id)!.limits ?? [], session.limits, () =>
        paymentsInside(this.reference, session.id),
      );
    const organization = this.overlay.organizations.get('book')!;
    this.#checkWindowsOf('the org', organization.limits, this.reference.limits, (asset) =>
      this.reference.payments.filter((payment) => payment.asset === asset),
    );
    this.#checkWindowsOf(
      'first use',
      organization.first_use_limits,
      [firstUseLimit(FIRST_USE.together_per_day)],
      (asset) => this.reference.payments.filter((payment) => payment.first_use && payment.asset === asset),
    );
  }

  #checkWindowsOf(
    whose: string,
    real: readonly LimitState[],
    expected: readonly ReferenceLimit[],
    paymentsOf: (asset: Asset) => readonly ReferencePayment[],
  ): void {
    same(
      `the limits of ${whose}`,
      real.map(({ definition }) => nameOf(definition)),
      expected.map(({ definition }) => nameOf(definition)),
    );
    for (const [index, limit] of expected.entries()) {
      if (real[index]!.counted_in !== 'usages') continue;
      const { spent, held, count } = usageAt(real[index]!, this.now);
      const payments = paymentsOf(limit.definition.asset).filter((one) => counts(limit.definition, one.to));
      const least = countedIn(payments, limit, this.now, 'exact');
      const most = countedIn(payments, limit, this.now, 'widest');
      const within = (one: bigint | number, low: bigint | number, high: bigint | number): boolean =>
        low <= one && one <= high;
      const fits =
        within(spent, least.spent, most.spent) &&
        within(held, least.held, most.held) &&
        within(count, least.count, most.count);
      if (!fits)
        throw new Error(
          `D5 E2: ${nameOf(limit.definition)} of ${whose} counts ${show({ spent, held, count })}, not ${show(least)} to ${show(most)}`,
        );
    }
  }

  #checkSessions(): void {
    for (const { id, budget, closed } of this.reference.sessions) {
      const real = this.overlay.sessions.get(id)!;
      same(
        `D13: budget, spent, held, carved, closed of ${id}`,
        [real.budget, real.spent, real.held, real.carved, real.closed],
        [budget, spentIn(this.reference, id), heldIn(this.reference, id), carvedIn(this.reference, id), closed],
      );
    }
  }

  #checkWallets(): void {
    const sums = { USD: 0n, JPY: 0n };
    const expected = walletsOf(this.reference);
    for (const wallet of this.overlay.wallets.values()) {
      sums[wallet.asset] += wallet.available + wallet.held;
      const mayFall = wallet.id.startsWith('external:') || wallet.id.startsWith('clearing:in:');
      const negative = wallet.held < 0n || (wallet.available < 0n && !mayFall);
      if (negative) throw new Error(`D1: ${wallet.id} is below zero: ${show(wallet)}`);
      if (!expected.includes(wallet.id)) throw new Error(`no such wallet is expected: ${wallet.id}`);
    }
    same('D1: the sum of all wallets', sums, { USD: 0n, JPY: 0n });
    for (const id of expected) {
      const { available, held } = this.overlay.wallets.get(id) ?? { available: 0n, held: 0n };
      same(`the wallet ${id}`, { available, held }, moneyIn(this.reference, id));
    }
  }

  #checkHolds(): void {
    const real = [...this.overlay.payments.values()].map(
      ({ id, status, held, expires_at }) => `${id} ${status} ${held} until ${expires_at}`,
    );
    const expected = this.reference.payments
      .filter(isOpen)
      .map(({ id, status, held, expires_at }) => `${id} ${status} ${held} until ${expires_at}`);
    same('B1: the open holds', real.toSorted(), expected.toSorted());
  }

  /** What every grant has left, and that none is overspent. */
  #checkGrants(): void {
    for (const grant of this.reference.grants) {
      const real = this.overlay.grants.get(grant.id);
      // Those that are over go when another is made.
      if (!real && grant.expires_at !== undefined && grant.expires_at <= this.now) continue;
      const { spent, held } = usageAt(real!.limit, this.now);
      const used = usedOf(this.reference, grant, this.now);
      same(`A1: what is used of ${grant.id}`, spent + held, used);
      if (used > grant.maximum) throw new Error(`A1: ${grant.id} is overspent: ${used} of ${grant.maximum}`);
    }
  }

  /** What is on its way to the other org, and no more; what came is never less than what was given back of it. */
  #checkClearing(): void {
    const { payments, returns, credits } = this.reference;
    same(
      'D15: what is in clearing',
      [...this.overlay.clearings.values()].map(({ id, amount }) => `${id} ${amount}`).toSorted(),
      payments
        .filter(isInClearing)
        .map(({ id, captured }) => `${id} ${captured}`)
        .toSorted(),
    );
    same(
      'D15: the refunds on their way',
      [...this.overlay.returns.values()]
        .map(({ id, payment_id, amount }) => `${id} ${payment_id} ${amount}`)
        .toSorted(),
      returns
        .filter(({ arrived }) => !arrived)
        .map(({ id, credit, amount }) => `${id} ${credit} ${amount}`)
        .toSorted(),
    );
    for (const { id, amount } of credits) {
      const given = returns.filter(({ credit }) => credit === id).reduce((sum, one) => sum + one.amount, 0n);
      if (given > amount) throw new Error(`D1: ${given} of ${amount} is given back for ${id}`);
    }
  }

  /** What is asked for and has not ended, and how many of them each payee has. */
  #checkRequests(): void {
    const open = this.reference.requests.filter(({ status }) => status === 'open');
    same(
      'the open requests',
      [...this.overlay.requests.values()].map(({ id, amount, asset }) => `${id} ${amount} ${asset}`).toSorted(),
      open.map(({ id, amount, asset }) => `${id} ${amount} ${asset}`).toSorted(),
    );
    for (const agent of this.reference.agents)
      same(
        `H4: the requests of ${agent.handle}`,
        this.overlay.agents.get(agent.id)!.requests ?? 0,
        open.filter(({ payee }) => payee === agent.id).length,
      );
  }

  /** By how much every scope is above its cap, where it is. */
  #overCaps(): Map<string, bigint> {
    const over = new Map<string, bigint>();
    for (const { id, budget } of this.reference.sessions) over.set(id, usedIn(this.reference, id) - budget);
    const add = (id: string, limits: readonly ReferenceLimit[], all: (asset: Asset) => readonly ReferencePayment[]) => {
      for (const limit of limits) {
        const { of, per, asset, maximum } = limit.definition;
        if (per === 'payment') continue;
        const payments = all(asset).filter((payment) => counts(limit.definition, payment.to));
        const { spent, held, count } = countedIn(payments, limit, this.now, 'exact');
        const used = of === 'count' ? BigInt(count) : of === 'held' ? sumOf(payments).held : spent + held;
        over.set(`${id} ${nameOf(limit.definition)}`, used - BigInt(maximum));
      }
    };
    for (const agent of this.reference.agents)
      add(agent.id, agent.limits, (asset) => paymentsUnder(this.reference, agent.id, asset));
    for (const session of this.reference.sessions)
      add(session.id, session.limits, () => paymentsInside(this.reference, session.id));
    add('org', this.reference.limits, (asset) => this.reference.payments.filter((one) => one.asset === asset));
    return over;
  }
}

export function treasury(asset: 'USD' | 'JPY'): string {
  return `wal_${SCENARIO_ORG.slice(4)}_${asset.toLowerCase()}`;
}

function matches(decision: Decision, expected: Expectation): boolean {
  if ('replays' in expected) return decision.kind === 'replay' && decision.bound.event.sequence === expected.replays;
  const refusal = refusalOf(decision);
  if ('passes' in expected) return decision.kind === 'record' && refusal === undefined;
  const verdict = 'recorded' in expected ? expected.recorded : expected.refused;
  if (!refusal || decision.kind !== ('recorded' in expected ? 'record' : 'refuse')) return false;
  if (refusal.code !== verdict.code || refusal.scope.kind !== verdict.kind || refusal.scope.id !== verdict.id)
    return false;
  if (verdict.rule !== undefined && verdict.rule !== refusal.rule) return false;
  const isRolling = verdict.rule?.includes('rolling') ?? false;
  const figures: [string | number | undefined, bigint | number | undefined][] = [
    [refusal.limit, verdict.limit],
    ...(isRolling
      ? []
      : ([
          [refusal.spent, verdict.spent],
          [refusal.held, verdict.held],
        ] as [string | undefined, bigint | undefined][])),
    [refusal.resets_at, verdict.resets_at],
  ];
  return figures.every(([real, wanted]) => wanted === undefined || real?.toString() === wanted.toString());
}

/** Rolling windows are counted in granules: between the exact and the widest count the real book may decide either way. */
function matchesLoosely(decision: Decision, exact: Expectation, widest: Expectation): boolean {
  if (matches(decision, widest)) return true;
  const rule = refusalOf(decision)?.rule ?? '';
  return 'passes' in exact && 'recorded' in widest && rule.includes('rolling');
}

function checkPostings(event: BookEvent): void {
  if (!('postings' in event)) return;
  for (const posting of event.postings)
    if (BigInt(posting.amount) <= 0n || posting.asset !== event.asset)
      throw new Error(`D7: a posting of ${show(event)}`);
}

function same(what: string, real: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(real, expected)) throw new Error(`${what}: is ${show(real)}, should be ${show(expected)}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? `${field}` : field));
}

function stringify(reference: ReferenceBook): string {
  return JSON.stringify(reference, (_name, field: unknown) => (typeof field === 'bigint' ? `bigint:${field}` : field));
}

function parse(text: string): ReferenceBook {
  return JSON.parse(text, (_name, field: unknown) =>
    typeof field === 'string' && field.startsWith('bigint:') ? BigInt(field.slice(7)) : field,
  ) as ReferenceBook;
}
