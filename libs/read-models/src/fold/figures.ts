/** One roll-up row's figures, or what a batch adds to them. Amounts in smallest units. */
export interface Figures {
  /** Captured and not given back. */
  spent: bigint;
  held: bigint;
  /** Of `spent`, what went to agents of the organization. */
  earned: bigint;
  /** Captured and given back. */
  refunded: bigint;
  /** Payments that were let through, whatever became of them. */
  payments: number;
  declined: number;
}

export function noFigures(): Figures {
  return { spent: 0n, held: 0n, earned: 0n, refunded: 0n, payments: 0, declined: 0 };
}

export function addFigures(to: Figures, from: Figures): void {
  to.spent += from.spent;
  to.held += from.held;
  to.earned += from.earned;
  to.refunded += from.refunded;
  to.payments += from.payments;
  to.declined += from.declined;
}
