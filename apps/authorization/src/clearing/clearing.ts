import type { OwnerAnswer } from '#contracts';
import { paymentDetails, type Command, type CreditClearing, type OpenClearing, type SettleClearing } from '#domain';
import type { OwnedPartition } from '../owner/partition.js';

export interface ClearingParts {
  /** The partitions that this process owns now. What is on its way is part of their folded books (D15). */
  partitions(): ReadonlyMap<number, OwnedPartition>;
  /** Asks the owner of the payee's book, whichever process that is. */
  credit(org: string, command: CreditClearing): Promise<OwnerAnswer>;
  /** Hands a command to the owner in this process. */
  settle(command: Command): Promise<OwnerAnswer>;
  freshId(): string;
  /** Milliseconds since the epoch. */
  now(): number;
  alarm(message: string, error: unknown): void;
}

const OWNER = { subject: 'owner', proven_by: 'owner' } as const;

/** Most credits under way at once: what is on its way beyond them waits its turn. */
const UNDER_WAY_MAXIMUM = 64;

/** A credit whose outcome is not known rests so long, so that one org that is away does not take the places of all. */
const REST_MS = 1_000;

/**
 * Carries money from the books of this process to others' (D15). Its checkpoint is the log itself: what was captured and is
 * neither settled nor reversed stands in the folded book, after every restart and takeover. The payee's book answers the
 * same payment with the same answer for ever, so that every step may be repeated.
 */
export class Clearing {
  readonly #parts: ClearingParts;
  readonly #underWay = new Set<string>();
  /** Until when what could not be carried rests, by payment. */
  readonly #resting = new Map<string, number>();
  #stopped = false;

  constructor(parts: ClearingParts) {
    this.#parts = parts;
  }

  /** Begins whatever is on its way and not being carried yet. Called by a timer; harmless when it is called again. */
  look(): void {
    for (const partition of this.#parts.partitions().values())
      for (const [org, { base }] of partition.books)
        for (const clearing of base.clearings.values()) {
          if (this.#stopped || this.#underWay.size >= UNDER_WAY_MAXIMUM) return;
          if (!this.#underWay.has(clearing.id) && !this.#isResting(clearing.id))
            void this.#carry(org, clearing, partition);
        }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #carry(org: string, clearing: OpenClearing, partition: OwnedPartition): Promise<void> {
    this.#underWay.add(clearing.id);
    let carried = false;
    try {
      const { payee } = clearing.details;
      if (!('payee_org' in payee)) throw new Error(`${clearing.id} is paid to nobody in another book`);
      const answer = await this.#parts.credit(payee.payee_org, creditOf(org, clearing, this.#parts.freshId()));
      const outcome = outcomeOf(answer);
      // What is another's now, or was loaded anew, is carried from what it says then.
      const mine = this.#parts.partitions().get(partition.partition) === partition;
      if (!outcome) return this.#tellUnforeseen(clearing.id, answer);
      if (this.#stopped || !mine) return;
      const settled = await this.#parts.settle({
        type: 'clearing.settle',
        org,
        credential: OWNER,
        fresh_id: this.#parts.freshId(),
        payment_id: clearing.id,
        outcome,
      });
      carried = settled.kind === 'recorded';
      if (!carried) this.#tellUnforeseen(clearing.id, settled);
    } catch (error) {
      this.#parts.alarm(`payment ${clearing.id} stays in clearing`, error);
    } finally {
      this.#underWay.delete(clearing.id);
      if (!carried) this.#resting.set(clearing.id, this.#parts.now() + REST_MS);
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
    this.#parts.alarm(`payment ${id} stays in clearing`, new Error(JSON.stringify(answer)));
  }
}

function creditOf(org: string, clearing: OpenClearing, fresh_id: string): CreditClearing {
  const { payee, payer, asset } = paymentDetails(clearing.details);
  if (!('payee_org' in payee)) throw new Error(`${clearing.id} is paid to nobody in another book`);
  return {
    type: 'clearing.credit',
    org: payee.payee_org,
    credential: OWNER,
    fresh_id,
    // Callers' keys may not hold this sign.
    key: `§credit:${org}:${clearing.id}`,
    fingerprint: '',
    source: { source_org: org, payment: clearing.id, handle: payer.handle },
    payee: payee.handle,
    amount: clearing.amount,
    asset,
  };
}

/** Undefined where it is not known, and has to be asked again. */
function outcomeOf(answer: OwnerAnswer): SettleClearing['outcome'] | undefined {
  if (answer.kind === 'recorded' && answer.event.type === 'clearing.credited') return { credited: answer.event.payee };
  if (answer.kind === 'recorded' && answer.event.type === 'clearing.refused')
    return { refused: answer.event.decline.code };
  // A book that does not exist records nothing; nothing was credited, and whoever asks later finds the payment reversed.
  if (answer.kind === 'refused' && answer.refusal.code === 'organization_not_found')
    return { refused: answer.refusal.code };
  return undefined;
}
