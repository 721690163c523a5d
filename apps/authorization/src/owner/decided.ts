import {
  boundKeyOf,
  CycleFacts,
  decide,
  evolve,
  indexedAddressOf,
  indexedIdOf,
  type BookEvent,
  type Command,
  type DecideSettings,
  type MissingFacts,
} from '#domain';
import { canonicalBytes, chainHash, type AppendRecord, type KeptBeside, type LogHead } from '#event-log';
import type { OwnerAnswer } from '#contracts';
import type { PublishedEvent } from '../ports.js';
import { surroundingsOf } from '../queries/payment-surroundings.js';
import { dueOfPayment, dueOfSession } from './due-timers.js';
import type { OwnedBook, OwnedPartition } from './partition.js';
import { BESIDE_MAXIMUM, lengthOf, rowBeside } from './rows-beside.js';
import { isQuery, type Work } from './work.js';

/** A work whose answer waits until the cycle is in the log. */
export interface Settled {
  work: Work;
  answer: OwnerAnswer;
  /** The payment with whose event a row beside the log goes. */
  beside?: string | undefined;
}

/** Thrown where one command's own events cannot be encoded or folded; the cycle is decided again without it. */
export class PoisonError extends Error {
  constructor(
    readonly work: Work,
    override readonly cause: unknown,
  ) {
    super(`a command of type ${work.request.type} cannot be applied`);
  }
}

/**
 * What one cycle decides, before any of it is written: overlays on the books, records for the log, answers for later.
 * Either all of it is committed with `merge`, or none with `discard`.
 */
export class DecidedCycle {
  readonly records: AppendRecord[] = [];
  readonly published: PublishedEvent[] = [];
  readonly settled: Settled[] = [];
  /** Questions, answered from committed state after the append. */
  readonly questions: Work[] = [];
  /** Done without an event or an answer: what is not due. */
  readonly idle: Work[] = [];
  /** The partitions as they were owned when the cycle began; one that changed hands since is another's to decide. */
  readonly pinned: ReadonlyMap<number, OwnedPartition>;
  readonly #heads = new Map<OwnedPartition, LogHead>();
  readonly #touched = new Map<string, { partition: OwnedPartition; org: string; book: OwnedBook }>();
  readonly #facts = new Map<string, CycleFacts>();
  #besideLeft = BESIDE_MAXIMUM;

  constructor(
    public now: number,
    readonly settings: DecideSettings,
    owned: ReadonlyMap<number, OwnedPartition>,
    private readonly keepsBeside = true,
  ) {
    this.pinned = new Map(owned);
  }

  factsOf(org: string): CycleFacts {
    let facts = this.#facts.get(org);
    if (!facts) this.#facts.set(org, (facts = new CycleFacts()));
    return facts;
  }

  get partitions(): IterableIterator<OwnedPartition> {
    return this.#heads.keys();
  }

  /** Decides one work on what the cycle has decided so far. Returns the facts that are missing, where some are. */
  take(work: Work, partition: OwnedPartition): MissingFacts | undefined {
    if (isQuery(work.request)) {
      this.questions.push(work);
      return undefined;
    }
    const command = work.request;
    const book = this.#bookOf(partition, command.org);
    const facts = this.factsOf(command.org);
    const decision = guarded(work, () => decide(book.overlay, facts, command, this.now, this.settings));
    switch (decision.kind) {
      case 'needs':
        return decision.missing;
      case 'refuse':
        this.settled.push({ work, answer: { kind: 'refused', refusal: decision.refusal } });
        return undefined;
      case 'replay':
        this.settled.push({ work, answer: recordedAnswer(decision.bound.event, decision.bound.position, true) });
        return undefined;
      case 'record':
        this.#record(work, command, partition, book, facts, decision.events.map(asStored), decision.primary);
        return undefined;
    }
  }

  #record(
    work: Work,
    command: Command,
    partition: OwnedPartition,
    book: OwnedBook,
    facts: CycleFacts,
    events: readonly BookEvent[],
    primary: number,
  ): void {
    if (events.length === 0) return this.#notDue(work, partition, book);
    // Noted before anything is folded: what a command that cannot be applied has left behind is discarded too.
    this.#touched.set(command.org, { partition, org: command.org, book });
    // Encoded before anything is folded, so that what cannot be stored leaves no trace.
    const payloads = guarded(work, () => events.map((event) => canonicalBytes(event)));
    let head = this.#heads.get(partition) ?? partition.head;
    for (const [index, event] of events.entries()) {
      const payload = payloads[index]!;
      const position = head.position + 1;
      head = { position, hash: chainHash(head.hash, payload) };
      guarded(work, () => evolve(book.overlay, event));
      facts.note(event, `${partition.partition}:${position}`);
      const record = appendRecord(partition.partition, head, payload, event);
      this.records.push(record);
      this.published.push({ partition: partition.partition, position, event, payload });
      if (index === primary) {
        const answer = recordedAnswer(event, `${partition.partition}:${position}`, false);
        if (this.keepsBeside && command.beside) record.beside = guarded(work, () => this.#besideOf(command, event));
        const beside = record.beside && record.payment_id;
        const full = command.with_evidence ? withEvidence(answer, event, head, book) : answer;
        this.settled.push({ work, answer: full, beside });
      }
    }
    this.#heads.set(partition, head);
  }

  #besideOf(command: Command, event: BookEvent): AppendRecord['beside'] {
    const row = rowBeside(command, event);
    if (row === undefined || lengthOf(row) > this.#besideLeft) return undefined;
    this.#besideLeft -= lengthOf(row);
    return row;
  }

  /** What turned out not to be due, say because the clock was set back or more time was given since, is due later. */
  #notDue(work: Work, { timers }: OwnedPartition, { overlay }: OwnedBook): void {
    this.idle.push(work);
    const command = work.request;
    if (command.type === 'payment.lapse') {
      const payment = overlay.payments.get(command.payment_id);
      const due = payment && dueOfPayment(payment);
      if (due !== undefined) timers.add(due, command.org, command.payment_id);
    } else if (command.type === 'session.lapse') {
      const session = overlay.sessions.get(command.session_id);
      const due = session && dueOfSession(session);
      if (due !== undefined) timers.add(due, command.org, command.session_id);
    }
  }

  #bookOf(partition: OwnedPartition, org: string): OwnedBook {
    return this.#touched.get(org)?.book ?? partition.book(org);
  }

  /** Says of each answer whether the row beside its event was written. */
  tellKept(kept: KeptBeside): void {
    if (kept.size === 0) return;
    for (const { answer, beside } of this.settled)
      if (beside !== undefined && answer.kind === 'recorded') answer.kept_beside = kept.has(beside);
  }

  /** The appended events are in the log: what was decided becomes the book. */
  merge(): void {
    for (const { partition, org, book } of this.#touched.values()) {
      book.overlay.merge();
      partition.keep(org, book);
    }
    for (const [partition, head] of this.#heads) partition.head = head;
    for (const { partition, event } of this.published) this.pinned.get(partition)?.schedule(event);
  }

  /** Nothing of it was written: the books stay as they were. */
  discard(): void {
    for (const { book } of this.#touched.values()) book.overlay.discard();
  }
}

function appendRecord(partition: number, head: LogHead, payload: Buffer, event: BookEvent): AppendRecord {
  const record: AppendRecord = { partition, position: head.position, payload, hash: head.hash };
  const key = boundKeyOf(event);
  if (key) record.key = key;
  const indexed = indexedIdOf(event);
  if (indexed !== undefined) record.payment_id = indexed;
  const address = indexedAddressOf(event);
  if (address) record.address = address;
  return record;
}

/** A recorded refusal is answered as a refusal, now and at every replay of its key. */
export function recordedAnswer(event: BookEvent, position: string, replayed: boolean): OwnerAnswer {
  const recorded = replayed ? ({ event, position, replayed: true } as const) : { event, position };
  // What a book says no to about another's money is that book's answer, not a refusal of its own caller.
  if ('decline' in event && event.type !== 'clearing.refused')
    return { kind: 'refused', refusal: event.decline, recorded };
  // Whoever asked for a later step of a hold finds that its time was over.
  if (event.type === 'payment.expired') {
    const refusal = { code: 'hold_expired', scope: { kind: 'payment', id: event.payment_id } } as const;
    return { kind: 'refused', refusal, recorded };
  }
  if (event.type === 'payment.voided' && event.reason === 'approval_expired') {
    const refusal = { code: 'approval_expired', scope: { kind: 'approval', id: event.approval_id! } } as const;
    return { kind: 'refused', refusal, recorded };
  }
  return { kind: 'recorded', ...recorded };
}

/** Known here already; whoever asked would else read it from the log again. */
function withEvidence(answer: OwnerAnswer, event: BookEvent, { hash }: LogHead, { overlay }: OwnedBook): OwnerAnswer {
  if (answer.kind !== 'recorded') return answer;
  const evidence = { event_hash: hash.toString('hex'), ...surroundingsOf(overlay, event) };
  // Told when it is written; a field that is added later makes the answer an object of a kind of its own, which is slow (079).
  return { evidence, kept_beside: false, ...answer };
}

/**
 * Labels in the order in which they are stored: the first answer, made from this event, has the same bytes as every later
 * one, made from the log (C1).
 */
function asStored(event: BookEvent): BookEvent {
  if (!('labels' in event)) return event;
  const names = Object.keys(event.labels);
  if (names.length < 2) return event;
  const { labels } = event;
  return { ...event, labels: Object.fromEntries(names.sort().map((name) => [name, labels[name]!])) };
}

function guarded<Result>(work: Work, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw new PoisonError(work, error);
  }
}
