import { Remembered } from '../remembered.js';

interface Redemption {
  payment_id: string;
  step: string;
  amount: bigint | undefined;
  subject: string;
}

const KEPT_MAXIMUM = 10_000;

/**
 * Redemptions whose caller was told that their outcome is not known. The published servers then send the same call once more
 * (`settlement_pending`): it is the same attempt, and no duplicate. Lost with the process; then the payment's state tells.
 */
export class Unanswered {
  readonly #attempts = new Remembered<string>(KEPT_MAXIMUM);

  /** The attempt that this call goes on with, if any. Given to one call only: the next one is a duplicate. */
  take(redemption: Redemption): string | undefined {
    return this.#attempts.take(nameOf(redemption));
  }

  keep(redemption: Redemption, attempt: string): void {
    this.#attempts.keep(nameOf(redemption), attempt);
  }
}

function nameOf({ payment_id, step, amount, subject }: Redemption): string {
  return `${payment_id} ${step} ${amount} ${subject}`;
}
