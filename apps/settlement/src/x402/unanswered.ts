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
  readonly #attempts = new Map<string, string>();

  /** The attempt that this call goes on with, if any. Given to one call only: the next one is a duplicate. */
  take(redemption: Redemption): string | undefined {
    const name = nameOf(redemption);
    const attempt = this.#attempts.get(name);
    this.#attempts.delete(name);
    return attempt;
  }

  keep(redemption: Redemption, attempt: string): void {
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size >= KEPT_MAXIMUM && oldest !== undefined) this.#attempts.delete(oldest);
    this.#attempts.set(nameOf(redemption), attempt);
  }
}

function nameOf({ payment_id, step, amount, subject }: Redemption): string {
  return `${payment_id} ${step} ${amount} ${subject}`;
}
