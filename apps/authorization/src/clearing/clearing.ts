import type { OwnerAnswer } from '#contracts';
import type { Command, CreditClearing, ReturnClearing } from '#domain';
import type { OwnedPartition } from '../owner/partition.js';
import { journeysFrom, type Journey } from './journeys.js';

export interface ClearingParts {
  /** The partitions that this process owns now. What is on its way is part of their folded books (D15). */
  partitions(): ReadonlyMap<number, OwnedPartition>;
  /** Asks the owner of the other book, whichever process that is. */
  ask(org: string, command: CreditClearing | ReturnClearing): Promise<OwnerAnswer>;
  /** Hands a command to the owner in this process. */
  settle(command: Command): Promise<OwnerAnswer>;
  freshId(): string;
  /** Milliseconds since the epoch. */
  now(): number;
  alarm(message: string, error: unknown): void;
}

/** Most sums asked about at once: what is on its way beyond them waits its turn. */
const UNDER_WAY_MAXIMUM = 64;

/** A sum whose outcome is not known rests so long, so that one org that is away does not take the places of all. */
const REST_MS = 1_000;

/**
 * Carries money from the books of this process to others': payments to their agents, and refunds of their payments (D15). Its
 * checkpoint is the log itself: what has left and has not ended stands in the folded book, after every restart and takeover.
 * The other book answers the same payment, and the same refund, with the same answer for ever, so that every step may be
 * repeated.
 */
export class Clearing {
  readonly #parts: ClearingParts;
  readonly #underWay = new Set<string>();
  /** Until when what could not be carried rests, by payment or refund. */
  readonly #resting = new Map<string, number>();
  #stopped = false;

  constructor(parts: ClearingParts) {
    this.#parts = parts;
  }

  /** Begins whatever is on its way and not being carried yet. Called by a timer; harmless when it is called again. */
  look(): void {
    for (const partition of this.#parts.partitions().values())
      for (const [org, { base }] of partition.books)
        for (const journey of journeysFrom(org, base)) {
          if (this.#stopped || this.#underWay.size >= UNDER_WAY_MAXIMUM) return;
          if (!this.#underWay.has(journey.id) && !this.#isResting(journey.id)) void this.#carry(journey, partition);
        }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #carry(journey: Journey, partition: OwnedPartition): Promise<void> {
    const { id } = journey;
    const parts = this.#parts;
    this.#underWay.add(id);
    let carried = false;
    try {
      const command = journey.ask(parts.freshId());
      const answer = await parts.ask(command.org, command);
      const ending = journey.ending(answer, parts.freshId());
      if (!ending) return this.#tellUnforeseen(id, answer);
      // What is another's now, or was loaded anew, is carried from what it says then.
      if (this.#stopped || parts.partitions().get(partition.partition) !== partition) return;
      const settled = await parts.settle(ending);
      // A refund that came meanwhile may have said itself that its payment had arrived.
      carried = settled.kind === 'recorded' || !journey.isOpen();
      if (!carried) this.#tellUnforeseen(id, settled);
    } catch (error) {
      parts.alarm(`${id} stays in clearing`, error);
    } finally {
      this.#underWay.delete(id);
      if (!carried) this.#resting.set(id, this.#parts.now() + REST_MS);
    }
  }

  #isResting(id: string): boolean {
    const until = this.#resting.get(id);
    if (until === undefined) return false;
    if (this.#parts.now() < until) return true;
    this.#resting.delete(id);
    return false;
  }

  /** A book that cannot be reached is asked again; one that says what it should never say has to be looked at by somebody. */
  #tellUnforeseen(id: string, answer: OwnerAnswer): void {
    if (answer.kind === 'unavailable') return;
    this.#parts.alarm(`${id} stays in clearing`, new Error(JSON.stringify(answer)));
  }
}
