import { isDeepStrictEqual } from 'node:util';
import {
  Book,
  BookOverlay,
  DEFAULT_DECIDE_SETTINGS,
  decide,
  evolve,
  type BookEvent,
  type Decision,
  type Explanation,
} from '#domain';
import { checkDryRun } from './check-dry-run.js';
import { dumpBook } from '../book-dump.js';
import { ADMIN, refusalOf, SCENARIO_ORG, SCENARIO_START, type CommandInput } from '../book-scenario.js';
import { LogFacts } from '../log-facts.js';
import { checkAgents, checkSessions, checkWallets, checkHolds, checkClearing, checkRequests } from './check-book.js';
import { checkWindows, checkGrants, overCaps } from './check-limits.js';
import { matches, matchesLoosely, type Expectation } from './expectation.js';
import { FIRST_USE, TREASURY, treasury } from './opening.js';
import { checkPast, checkPolicy } from './reference-policy.js';
import { sumOf, type ReferenceBook } from './reference-book.js';
import { parse, stringify } from './reference-text.js';
import { same, show } from './same.js';
import type { Seen } from './seen.js';

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
    this.#overBefore = overCaps(this.#seen());
  }

  /** After every step. `capsChanged` where the step itself moved a cap, so that being above it is not its fault. */
  check(capsChanged: boolean): void {
    this.steps += 1;
    const seen = this.#seen();
    checkAgents(seen);
    checkWindows(seen);
    checkSessions(seen);
    checkWallets(seen);
    checkHolds(seen);
    checkGrants(seen);
    checkClearing(seen);
    checkRequests(seen);
    const over = overCaps(seen);
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

  #seen(): Seen {
    return { reference: this.reference, book: this.overlay, now: this.now };
  }

  #checkpoint(): { log: number; reference: string } {
    return { log: this.log.length, reference: stringify(this.reference) };
  }
}

function checkPostings(event: BookEvent): void {
  if (!('postings' in event)) return;
  for (const posting of event.postings)
    if (BigInt(posting.amount) <= 0n || posting.asset !== event.asset)
      throw new Error(`D7: a posting of ${show(event)}`);
}
