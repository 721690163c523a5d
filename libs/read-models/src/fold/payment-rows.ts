import type { PaymentChange, PaymentStatus } from './payment-change.js';

/** What a batch does to one payment's row: made by its first event, or changed where the row is from an earlier batch. */
export interface PaymentRow {
  payment: string;
  created: { change: PaymentChange; partition: number; position: number } | undefined;
  last_position: number;
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** Of a created row its status, else the last one that the batch's events gave it. */
  status: PaymentStatus | undefined;
}

/**
 * Money decides the status: what was given back shows as refunded, and what was captured before the rest of its hold was
 * voided or lapsed shows as captured. The same rule stands in SQL for rows of earlier batches (`write-payments.ts`).
 */
export function statusAfter(
  status: PaymentStatus | undefined,
  captured: bigint,
  refunded: bigint,
): PaymentStatus | undefined {
  if (refunded > 0n) return 'refunded';
  return (status === 'voided' || status === 'expired') && captured > 0n ? 'captured' : status;
}

export class PaymentRows {
  readonly rows = new Map<string, PaymentRow>();

  /** Throws, and changes nothing, where the payment has begun already. */
  add(change: PaymentChange, partition: number, position: number): void {
    const row = this.rows.get(change.payment);
    if (!row) {
      this.rows.set(change.payment, {
        payment: change.payment,
        created: change.first ? { change, partition, position } : undefined,
        last_position: position,
        held: change.held,
        captured: change.captured,
        refunded: change.refunded,
        status: change.status,
      });
      return;
    }
    if (change.first) throw new Error('the payment has begun already');
    row.last_position = position;
    row.held += change.held;
    row.captured += change.captured;
    row.refunded += change.refunded;
    row.status = change.status ?? row.status;
    if (row.created) row.status = statusAfter(row.status, row.captured, row.refunded);
  }
}
