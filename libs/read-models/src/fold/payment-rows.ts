import { copyJson, copyLabels, copyText, NULL } from '../sql/copy-text.js';
import { LineBuffer } from './line-buffer.js';
import type { ApprovalStatus, PaymentChange, PaymentStatus } from './payment-change.js';

/** What a batch does to one payment that it has not finished at once. */
export interface PaymentRow {
  payment: string;
  /** Set where the batch makes the row: the columns that no later event changes. */
  created: { columns: string } | undefined;
  last_position: number;
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** The last one that the batch's events gave it; absent where they left it as it was. */
  expires_at: number | undefined;
  status: PaymentStatus | undefined;
  /** Likewise. */
  approval: ApprovalStatus | undefined;
}

/** Columns of the table `payment` in the order of the lines that are made here. */
export const PAYMENT_COLUMNS =
  'payment_id, org, payer, payee_agent, session, decided_at, position, amount, partition, asset, protocol, ' +
  'payee_service, category, labels, decline, request_id, expires_at, last_position, held, captured, refunded, status, approval';

/** The rows of payments that a batch makes and changes. */
export class PaymentRows {
  private readonly finished = new LineBuffer();
  private readonly open = new Map<string, PaymentRow>();

  /** Throws, and changes nothing, where the payment has begun in this batch already. */
  add(change: PaymentChange, partition: number, position: number): void {
    if (change.first && change.held === 0n) {
      // Captured or declined in one event: nearly always its last one, so the row is made at once. A later refund
      // becomes a change to the row, even inside this batch.
      this.finished.append(
        `${fixedColumns(change, partition, position)}\t${NULL}\t${position}\t0\t${change.captured}\t0\t${change.status}\t${NULL}\n`,
      );
      return;
    }
    const row = this.open.get(change.payment);
    if (!row) {
      this.open.set(change.payment, {
        payment: change.payment,
        created: change.first ? { columns: fixedColumns(change, partition, position) } : undefined,
        last_position: position,
        held: change.held,
        captured: change.captured,
        refunded: change.refunded,
        expires_at: change.expires_at,
        status: change.status,
        approval: change.approval,
      });
      return;
    }
    if (change.first) throw new Error('the payment has begun already');
    row.last_position = position;
    row.held += change.held;
    row.captured += change.captured;
    row.refunded += change.refunded;
    row.expires_at = change.expires_at ?? row.expires_at;
    row.status = change.status ?? row.status;
    row.approval = change.approval ?? row.approval;
  }

  /** New rows as lines for COPY; to be asked for once. */
  created(): Buffer {
    const lines = this.finished;
    for (const row of this.open.values()) {
      const { created, expires_at, last_position, held, captured, refunded, status, approval } = row;
      if (!created) continue;
      const changing = `${expires_at ?? NULL}\t${last_position}\t${held}\t${captured}\t${refunded}\t${status}`;
      lines.append(`${created.columns}\t${changing}\t${approval ?? NULL}\n`);
    }
    return lines.bytes();
  }

  /** What changes rows that exist, or that `created` makes. */
  changed(): PaymentRow[] {
    return [...this.open.values()].filter(({ created }) => !created);
  }
}

/** The columns that no later event changes. */
function fixedColumns(change: PaymentChange, partition: number, position: number): string {
  const { event } = change;
  const decline = event.type === 'payment.declined' ? copyJson(event.decline) : NULL;
  const category = event.category === undefined ? NULL : copyText(event.category);
  const request = event.request_id === undefined ? NULL : copyText(event.request_id);
  // `org_…/handle` where the payee is of another org: no service has such a name.
  const { payee } = event;
  const named = 'payee_org' in payee ? `${payee.payee_org}/${payee.handle}` : change.payee_service;
  const service = named === undefined ? NULL : copyText(named);
  return (
    `${change.payment}\t${change.org}\t${change.payer}\t${change.payee_agent ?? NULL}\t${change.session ?? NULL}\t` +
    `${event.authorized_at}\t${position}\t${change.amount}\t${partition}\t${copyText(event.asset)}\t` +
    `${copyText(event.protocol)}\t${service}\t${category}\t${copyLabels(event.labels)}\t${decline}\t${request}`
  );
}
