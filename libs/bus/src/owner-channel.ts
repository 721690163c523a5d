import { asReceived, subjects, type OwnerAnswer, type OwnerResponse, type UnavailableCode } from '#contracts';
import { PassingSet } from '#domain';
import { Backoff } from './backoff.js';
import type { NearOwner } from './near-owner.js';
import { encodeCommand, joinCommands, type OwnerCommand } from './owner-request.js';
import { RequestFailed, type Requester } from './requester.js';

export interface OwnerClientOptions {
  /** How long a command without a deadline of its own is tried. */
  default_deadline_ms?: number;
  /** How long one request waits before the owner is looked for again. */
  attempt_timeout_ms?: number;
  /** The most commands in one request. */
  commands_per_request?: number;
  /** The most requests to one partition under way at a time; while they are, further commands are collected. */
  requests_in_flight?: number;
}

/** One command on its way to its owner's answer. */
export class PendingCommand {
  /** A request with it was made, whatever became of that. */
  tried = false;
  /** True once a request with it went out and nobody said that it was not taken. */
  sent = false;
  settled = false;
  #encoded: { text: string; first_text: string } | undefined;

  constructor(
    readonly command: OwnerCommand,
    /** Milliseconds since the epoch. */
    readonly deadline: number,
    readonly resolve: (answer: OwnerAnswer) => void,
  ) {}

  /** How it stands in a request; encoded once, and not at all where it never travels. */
  get text(): string {
    this.#encoded ??= encodeCommand(this.command, this.deadline);
    return this.tried ? this.#encoded.text : this.#encoded.first_text;
  }
}

/** A character takes three bytes at most, and a nats-server takes 1 MB as one message. */
const CHARACTERS_PER_REQUEST_MAXIMUM = 300_000;
const RESOLVE_TIMEOUT_MS = 500;
/** Answers after which the same command is sent again: nothing was decided. */
const TRIED_AGAIN: ReadonlySet<UnavailableCode> = new Set(['not_owner', 'book_unavailable']);

function isTriedAgain(answer: OwnerAnswer): boolean {
  return answer.kind === 'unavailable' && TRIED_AGAIN.has(answer.code);
}

/** All that one process asks the owner of one partition. */
export class OwnerChannel {
  readonly #waiting = new PassingSet<PendingCommand>();
  readonly #backoff = new Backoff(10, 400);
  #queue: PendingCommand[] = [];
  #epoch: number | undefined;
  #resolving: Promise<number> | undefined;
  #in_flight = 0;
  #scheduled = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly partition: number,
    private readonly requester: Requester,
    private readonly options: Required<OwnerClientOptions>,
    private readonly near?: NearOwner,
  ) {}

  enqueue(pending: PendingCommand): void {
    this.#waiting.add(pending);
    if (this.near?.owns(this.partition)) return this.#askNear(this.near, pending);
    this.#queue.push(pending);
    this.#schedule();
  }

  /** Answers what has passed its deadline; gives how many still wait. */
  expire(now: number): number {
    for (const pending of this.#waiting) {
      if (pending.deadline <= now) this.#giveUp(pending);
    }
    return this.#waiting.size;
  }

  close(): void {
    clearTimeout(this.#pause);
    for (const pending of this.#waiting) this.#giveUp(pending);
  }

  /** What the owner beside this one has not decided goes over the bus, to whoever owns the partition by then. */
  #askNear(near: NearOwner, pending: PendingCommand): void {
    const { command, deadline } = pending;
    pending.tried = pending.sent = true;
    near.take(
      this.partition,
      asReceived(command.deadline === deadline ? command : { ...command, deadline }),
      (answer) => {
        if (!isTriedAgain(answer)) return this.#settle(pending, asReceived(answer));
        pending.sent = false;
        this.#again([pending]);
      },
    );
  }

  #schedule(): void {
    if (this.#scheduled || this.#pause || this.#queue.length === 0) return;
    if (this.#in_flight >= this.options.requests_in_flight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#in_flight++;
      void this.#ask(batch).finally(() => {
        this.#in_flight--;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  #takeBatch(): PendingCommand[] {
    const batch: PendingCommand[] = [];
    let characters = 0;
    let taken = 0;
    for (const pending of this.#queue) {
      const full = batch.length === this.options.commands_per_request;
      if (full || (characters > 0 && characters + pending.text.length > CHARACTERS_PER_REQUEST_MAXIMUM)) break;
      taken++;
      if (pending.settled) continue;
      batch.push(pending);
      characters += pending.text.length;
    }
    this.#queue = this.#queue.slice(taken);
    return batch;
  }

  async #ask(batch: PendingCommand[]): Promise<void> {
    const epoch = this.#epoch ?? (await this.#resolveEpoch(batch));
    if (epoch === undefined) return;
    // What a request that failed without a word carried may have been taken.
    const sent_before = batch.map((pending) => pending.sent);
    const texts = batch.map(({ text }) => text);
    for (const pending of batch) pending.tried = pending.sent = true;
    try {
      const subject = subjects.ownerRequest(this.partition, epoch);
      const body = joinCommands(texts);
      const message = await this.requester.request(subject, body, { timeout_ms: this.options.attempt_timeout_ms });
      const { answers } = message.json<OwnerResponse>();
      if (answers?.length !== batch.length) throw new Error('The owner gave another number of answers than asked for');
      this.#distribute(batch, answers, epoch);
    } catch (error) {
      const untaken = error instanceof RequestFailed && error.reason === 'nobody';
      if (untaken) batch.forEach((pending, index) => (pending.sent = sent_before[index] as boolean));
      this.#forget(epoch);
      this.#again(batch);
    }
  }

  #distribute(batch: PendingCommand[], answers: readonly OwnerAnswer[], epoch: number): void {
    const again: PendingCommand[] = [];
    batch.forEach((pending, index) => {
      const answer = answers[index] as OwnerAnswer;
      if (isTriedAgain(answer)) {
        pending.sent = false;
        again.push(pending);
      } else this.#settle(pending, answer);
    });
    if (again.length < batch.length) this.#backoff.reset();
    if (again.length === 0) return;
    this.#forget(epoch);
    this.#again(again);
  }

  async #resolveEpoch(batch: PendingCommand[]): Promise<number | undefined> {
    this.#resolving ??= this.#findOwner().finally(() => (this.#resolving = undefined));
    try {
      this.#epoch = await this.#resolving;
      return this.#epoch;
    } catch {
      this.#again(batch);
      return undefined;
    }
  }

  async #findOwner(): Promise<number> {
    const subject = subjects.ownerResolve(this.partition);
    const message = await this.requester.request(subject, '', { timeout_ms: RESOLVE_TIMEOUT_MS });
    const { epoch } = message.json<{ epoch: number }>();
    if (!Number.isSafeInteger(epoch)) throw new Error('The owner gave no epoch');
    return epoch;
  }

  #forget(epoch: number): void {
    if (this.#epoch === epoch) this.#epoch = undefined;
  }

  /** Back to the head of the queue, for after a pause. */
  #again(batch: PendingCommand[]): void {
    this.#queue = [...batch.filter((pending) => !pending.settled), ...this.#queue];
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#schedule();
    }, this.#backoff.next());
  }

  #giveUp(pending: PendingCommand): void {
    this.#settle(pending, { kind: 'unavailable', code: pending.sent ? 'outcome_unknown' : 'book_unavailable' });
  }

  #settle(pending: PendingCommand, answer: OwnerAnswer): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#waiting.delete(pending);
    pending.resolve(answer);
  }
}
