import type pg from 'pg';
import { PAYMENT_COLUMNS, type PaymentRow, type PaymentRows } from '../fold/payment-rows.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray } from '../sql/array-text.js';
import { copyInto } from '../sql/copy-text.js';
import { RowsMissing } from './rows-missing.js';

export async function writePayments(client: pg.ClientBase, generation: number, payments: PaymentRows): Promise<void> {
  const created = payments.created();
  if (created.length > 0) await copyInto(client, tableOf('payment', generation), PAYMENT_COLUMNS, created);
  const changed = payments.changed();
  if (changed.length > 0) await changePayments(client, generation, changed);
}

async function changePayments(client: pg.ClientBase, generation: number, changed: PaymentRow[]): Promise<void> {
  const { rowCount } = await client.query({
    name: `bursar_change_payments_${generation}`,
    text: `
      update ${tableOf('payment', generation)} p set
        held = p.held + d.held,
        captured = p.captured + d.captured,
        refunded = p.refunded + d.refunded,
        last_position = d.last_position,
        expires_at = coalesce(d.expires_at, p.expires_at),
        status = coalesce(d.status, p.status),
        approval = coalesce(d.approval, p.approval)
      from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
          $8::text[])
        as d(payment_id, held, captured, refunded, last_position, expires_at, status, approval)
      where p.payment_id = d.payment_id`,
    values: [
      plainArray(changed.map((row) => row.payment)),
      plainArray(changed.map((row) => row.held)),
      plainArray(changed.map((row) => row.captured)),
      plainArray(changed.map((row) => row.refunded)),
      plainArray(changed.map((row) => row.last_position)),
      plainArray(changed.map((row) => row.expires_at)),
      plainArray(changed.map((row) => row.status)),
      plainArray(changed.map((row) => row.approval)),
    ],
  });
  if (rowCount !== changed.length) throw new RowsMissing('an event changes a payment whose beginning was never seen');
}
