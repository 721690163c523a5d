import type { UsageQuestion } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { AppendRefusedError, FencedError, OutcomeUnknownError } from '#event-log';
import { answerInCycle } from './answer-in-cycle.js';
import { readAppendOutcome, type AppendOutcome } from './append-outcome.js';
import { AwaitedFigures } from './awaited-figures.js';
import { DecidedCycle, PoisonError } from './decided.js';
import { dueWorks } from './due-works.js';
import { FreshKeys } from './fresh-keys.js';
import { Intake } from './intake.js';
import { loadFacts, wantedBy, type WantedFacts } from './load-facts.js';
import { lostAmong } from './lost-partitions.js';
import { OpenWorks, send } from './open-works.js';
import type { OwnerParts } from './owner-parts.js';
import type { OwnedPartition } from './partition.js';
import { RowsBeside } from './rows-beside.js';
import type { Work } from './work.js';

const NOT_OWNER: OwnerAnswer = { kind: 'unavailable', code: 'not_owner' };
const BOOK_UNAVAILABLE: OwnerAnswer = { kind: 'unavailable', code: 'book_unavailable' };
const OVERLOADED: OwnerAnswer = { kind: 'unavailable', code: 'overloaded', retry_after_ms: 200 };
const OUTCOME_UNKNOWN: OwnerAnswer = { kind: 'unavailable', code: 'outcome_unknown', retry_after_ms: 500 };

/** More appends of unknown outcome than this in one cycle: the database is in trouble, and trying more makes all wait. */
const DOUBTS_MAXIMUM = 16;

/** SQLSTATE of a unique index that has what should be new to it. */
const ALREADY_THERE = '23505';

/**
 * The only writer of the books of its partitions (D2). Works in cycles: take what waits, load the facts that are missing in
 * one query, decide one after the other on overlays, append all events in one statement, merge, answer. Nothing is read
 * or answered from what is not committed.
 */
export class Owner {
  readonly #partitions = new Map<number, OwnedPartition>();
  readonly #intake: Intake;
  readonly #parts: OwnerParts;
  readonly #open: OpenWorks;
  readonly #figures: AwaitedFigures;
  readonly #freshKeys = new FreshKeys();
  readonly #beside: RowsBeside;
  /** Appends of this cycle whose outcome was not known at first. */
  #doubts = 0;
  #running = false;
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: OwnerParts) {
    this.#parts = parts;
    this.#intake = new Intake(parts.settings.intake_maximum);
    this.#open = new OpenWorks(parts);
    this.#beside = new RowsBeside(parts.alarm);
    this.#figures = new AwaitedFigures({
      ...parts,
      ready: (works) => this.#decideNow(works),
      failed: (works) => works.forEach((work) => send(work, BOOK_UNAVAILABLE, parts.alarm)),
    });
  }

  get waiting(): number {
    return this.#intake.size;
  }

  partitions(): ReadonlyMap<number, OwnedPartition> {
    return this.#partitions;
  }

  adopt(partition: OwnedPartition): void {
    this.#partitions.set(partition.partition, partition);
  }

  /** Forgets partitions that are another's now; whoever waits for them is told to look for the new owner. */
  abandon(partitions: readonly number[]): void {
    const gone = new Set(partitions);
    for (const partition of gone) this.#partitions.delete(partition);
    for (const work of [...this.#intake.takeOut(gone), ...this.#figures.takeOut(gone)])
      send(work, NOT_OWNER, this.#parts.alarm);
  }

  submit(work: Work): void {
    if (this.#stopped || !this.#partitions.has(work.partition)) return work.answer(NOT_OWNER);
    if (this.#intake.full) return work.answer(OVERLOADED);
    this.#intake.add(work);
    this.#wake();
  }

  /** Lets holds and reserved sessions lapse that are due; called by a timer, and harmless when it is not: every cycle does the same first. */
  lapseDue(): void {
    this.#wake();
  }

  /** Refuses new work, and what waits for its figures, and resolves when what was taken is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const work of this.#figures.takeOut(new Set(this.#partitions.keys())))
      send(work, NOT_OWNER, this.#parts.alarm);
    if (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    this.#parts.scheduler.soon(() => void this.#run());
  }

  async #run(): Promise<void> {
    try {
      for (let more = true; more;) more = await this.#cycle();
    } catch (error) {
      this.#parts.alarm('the owner met an error that it has no answer for', error);
    } finally {
      this.#open.sendReady();
      this.#running = false;
      for (const resolve of this.#idle.splice(0)) resolve();
      if (this.#intake.size > 0) this.#wake();
    }
  }

  async #cycle(): Promise<boolean> {
    const due = dueWorks(this.#partitions, this.#parts.clock.now(), this.#parts.ids);
    const works = [...due, ...this.#intake.take(this.#parts.settings.cycle_works_maximum)];
    if (works.length === 0) return false;
    this.#open.add(works);
    this.#doubts = 0;
    try {
      await this.#settle(works);
    } catch (error) {
      // Nobody knows any more what the books are like: they are loaded anew.
      this.#parts.alarm('the owner met an error that it has no answer for', error);
      this.#dropPartitions([...new Set(works.map((work) => work.partition))]);
    }
    this.#open.answerRest(BOOK_UNAVAILABLE);
    return this.#intake.size > 0;
  }

  /** One batch from facts to answers; split in two where the log refuses it, until the offender stands alone. */
  async #settle(works: readonly Work[], tries = 1): Promise<void> {
    const mine = works.filter((work) => this.#open.has(work) && this.#isMine(work));
    if (mine.length === 0) return;
    const cycle = await this.#decide(mine);
    if (!cycle) return;
    try {
      if (cycle.records.length > 0) cycle.tellKept(await this.#parts.log.append(this.#epochsOf(cycle), cycle.records));
    } catch (error) {
      return this.#afterFailedAppend(error, cycle, mine, tries);
    }
    await this.#commit(cycle);
  }

  async #decide(works: readonly Work[]): Promise<DecidedCycle | undefined> {
    const now = this.#parts.clock.now();
    const keepsBeside = this.#beside.areKept(now);
    const cycle = new DecidedCycle(now, this.#parts.settings, this.#partitions, keepsBeside);
    try {
      await loadFacts(this.#parts.log, cycle, wantedBy(works, this.#partitions, this.#freshKeys));
      // The clock is read after the wait: a deadline or an expiry that passed meanwhile has passed.
      cycle.now = this.#parts.clock.now();
      let open = works;
      for (let round = 0; open.length > 0 && round < 5; round++) open = await this.#decideRound(cycle, open);
      for (const work of open) this.#open.answer(work, BOOK_UNAVAILABLE);
      return cycle;
    } catch (error) {
      cycle.discard();
      if (!(error instanceof PoisonError)) {
        this.#parts.alarm('the facts of a cycle could not be loaded', error);
        for (const work of works) this.#open.answer(work, BOOK_UNAVAILABLE);
        return undefined;
      }
      this.#refusePoison(error.work, error);
      const others = works.filter((work) => this.#open.has(work));
      return others.length > 0 ? this.#decide(others) : undefined;
    }
  }

  /** Decides in order; works that still miss a fact are decided again when it is there. */
  async #decideRound(cycle: DecidedCycle, works: readonly Work[]): Promise<readonly Work[]> {
    const waiting: Work[] = [];
    const wanted: WantedFacts[] = [];
    for (const work of works) {
      const partition = this.#stillMine(cycle, work.partition);
      if (!partition) {
        this.#open.answer(work, NOT_OWNER);
        continue;
      }
      const missing = cycle.take(work, partition);
      if (!missing) continue;
      const unread = this.#learnFigures(cycle, work, partition, missing.usages);
      if (unread.length > 0) {
        this.#setApart(work, partition, unread);
        continue;
      }
      waiting.push(work);
      wanted.push({ partition, org: work.request.org, missing });
    }
    if (wanted.length > 0) await loadFacts(this.#parts.log, cycle, wanted);
    return waiting;
  }

  /** Answers with the questions whose figures are still to be read. */
  #learnFigures(
    cycle: DecidedCycle,
    work: Work,
    partition: OwnedPartition,
    questions: readonly UsageQuestion[] = [],
  ): UsageQuestion[] {
    const { org } = work.request;
    return questions.filter((question) => {
      const figure = this.#figures.figureOf(partition, org, question);
      if (figure) cycle.factsOf(org).learnUsage(question, figure);
      return !figure;
    });
  }

  /** Spending never waits for reading: the work leaves the cycle, and comes back when its figures are there. */
  #setApart(work: Work, partition: OwnedPartition, questions: readonly UsageQuestion[]): void {
    if (this.#stopped) return this.#open.answer(work, NOT_OWNER);
    if (this.#figures.full) return this.#open.answer(work, OVERLOADED);
    this.#open.close(work);
    this.#figures.wait(work, partition, questions);
  }

  #decideNow(works: readonly Work[]): void {
    if (works.length === 0) return;
    this.#intake.putBack(works);
    this.#wake();
  }

  async #commit(cycle: DecidedCycle): Promise<void> {
    cycle.merge();
    this.#figures.committed(cycle.pinned, cycle.published);
    this.#parts.outlet.committed(cycle.published);
    // An append is a proof of ownership; what appended nothing is answered only after the lease was read (D2).
    const proven = new Set([...cycle.partitions].map((partition) => partition.partition));
    const unproven = new Set<number>();
    for (const { work, answer } of cycle.settled) {
      if (proven.has(work.partition)) this.#open.answer(work, answer);
      else unproven.add(work.partition);
    }
    for (const work of cycle.idle) this.#open.close(work);
    for (const work of cycle.questions) if (!proven.has(work.partition)) unproven.add(work.partition);
    const lost = unproven.size > 0 ? await lostAmong(this.#parts, cycle.pinned, unproven) : unproven;
    for (const { work, answer } of cycle.settled)
      if (!proven.has(work.partition)) this.#open.answer(work, lost.has(work.partition) ? NOT_OWNER : answer);
    await Promise.all(cycle.questions.map((work) => this.#answerQuestion(cycle, work, lost)));
  }

  async #answerQuestion(cycle: DecidedCycle, work: Work, lost: ReadonlySet<number>): Promise<void> {
    const partition = this.#stillMine(cycle, work.partition);
    if (!partition || lost.has(work.partition)) return this.#open.answer(work, NOT_OWNER);
    this.#open.answer(work, await answerInCycle(this.#parts, cycle, work, partition));
  }

  async #afterFailedAppend(error: unknown, cycle: DecidedCycle, works: readonly Work[], tries: number): Promise<void> {
    if (error instanceof FencedError || error instanceof AppendRefusedError) cycle.discard();
    if (error instanceof FencedError) return this.#afterFence(cycle, works);
    const isDoubtful = error instanceof AppendRefusedError && error.reason === ALREADY_THERE;
    if (isDoubtful && this.#freshKeys.doubt(works)) return this.#settle(works, tries);
    this.#beside.failed(error, cycle.records, this.#parts.clock.now());
    if (error instanceof AppendRefusedError) return this.#bisect(works, error);
    if (!(error instanceof OutcomeUnknownError)) this.#parts.alarm('an append failed in an unforeseen way', error);
    return this.#afterUnknownOutcome(cycle, works, tries);
  }

  /** Somebody else owns one of the partitions: nothing was written. What is still mine is decided again. */
  async #afterFence(cycle: DecidedCycle, works: readonly Work[]): Promise<void> {
    const lost = await lostAmong(this.#parts, cycle.pinned, new Set(works.map((work) => work.partition)));
    // One that was lost and has come back meanwhile is mine, and loaded anew.
    this.#dropPartitions([...lost].filter((partition) => this.#stillMine(cycle, partition)));
    this.#intake.putBack(this.#open.takeBack(works.filter((work) => this.#isMine(work))));
  }

  async #bisect(works: readonly Work[], error: AppendRefusedError): Promise<void> {
    if (works.length === 1) return this.#refusePoison(works[0]!, error);
    const middle = works.length >> 1;
    await this.#settle(works.slice(0, middle));
    await this.#settle(works.slice(middle));
  }

  #refusePoison(work: Work, error: unknown): void {
    this.#parts.alarm(`a command of type ${work.request.type} cannot be written`, error);
    work.poisoned?.(error instanceof Error ? error.message : String(error));
    this.#open.answer(work, {
      kind: 'refused',
      refusal: { code: 'command_not_storable', scope: { kind: 'request', id: work.request.type } },
    });
  }

  /**
   * The append may or may not be in the log (D2). Raising the own epoch waits out the stray transaction; then the log
   * tells. Where it is in, the cycle is merged and answered; where not, the works are decided again.
   */
  async #afterUnknownOutcome(cycle: DecidedCycle, works: readonly Work[], tries: number): Promise<void> {
    this.#doubts += 1;
    const epochs = this.#epochsOf(cycle);
    const outcome = await this.#readOutcome(epochs, cycle).catch((error: unknown) => {
      this.#parts.alarm('the outcome of an append could not be read', error);
      return undefined;
    });
    const lost = outcome ? outcome.lost : [...epochs.keys()];
    const dropped = lost.filter((partition) => this.#stillMine(cycle, partition));
    if (outcome?.written) {
      this.#dropPartitions(dropped);
      return this.#commit(cycle);
    }
    cycle.discard();
    this.#dropPartitions(dropped);
    if (outcome) return this.#tryAgain(works, tries);
    // The database is away: these partitions are loaded anew by whoever owns them next.
    for (const work of works) this.#open.answer(work, OUTCOME_UNKNOWN);
  }

  #readOutcome(epochs: ReadonlyMap<number, number>, cycle: DecidedCycle): Promise<AppendOutcome> {
    return readAppendOutcome({
      log: this.#parts.log,
      owner_name: this.#parts.owner_name,
      pinned: cycle.pinned,
      epochs,
      last: cycle.records.at(-1)!,
      raised: (raised) =>
        this.#parts.epochsRaised(new Map([...raised].filter(([partition]) => this.#stillMine(cycle, partition)))),
    });
  }

  /**
   * Nothing was written, and not because of a rule that would name the offender: once more as it was, then in halves, so that
   * one that the database stumbles over takes nobody along; and after a while not at all.
   */
  async #tryAgain(works: readonly Work[], tries: number): Promise<void> {
    if (this.#doubts > DOUBTS_MAXIMUM || (tries > 1 && works.length === 1))
      return works.forEach((work) => this.#open.answer(work, BOOK_UNAVAILABLE));
    if (tries === 1) return this.#settle(works, 2);
    const middle = works.length >> 1;
    await this.#settle(works.slice(0, middle), 2);
    await this.#settle(works.slice(middle), 2);
  }

  #dropPartitions(partitions: readonly number[]): void {
    if (partitions.length === 0) return;
    this.abandon(partitions);
    this.#parts.lost(partitions);
  }

  #isMine(work: Work): boolean {
    if (this.#partitions.has(work.partition)) return true;
    this.#open.answer(work, NOT_OWNER);
    return false;
  }

  /** The partition of a running cycle, unless it was given up since; what was loaded anew is another one. */
  #stillMine(cycle: DecidedCycle, partition: number): OwnedPartition | undefined {
    const owned = this.#partitions.get(partition);
    return owned === cycle.pinned.get(partition) ? owned : undefined;
  }

  #epochsOf(cycle: DecidedCycle): Map<number, number> {
    return new Map([...cycle.partitions].map((partition) => [partition.partition, partition.epoch]));
  }
}
