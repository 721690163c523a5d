import type pg from 'pg';
import type { PaymentRow } from '../fold/payment-rows.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray } from './array-text.js';
import { copyInto, copyJson, copyLabels, copyText, NULL } from './copy-text.js';
import { RowsMissing } from './rows-missing.js';

const COLUMNS =
  'payment_id, org, payer, payee_agent, session, decided_at, position, last_position, expires_at, amount, held, captured, ' +
  'refunded, partition, status, asset, protocol, payee_service, category, labels, decline';

export async function writePayments(
  client: pg.ClientBase,
  generation: number,
  payments: Iterable<PaymentRow>,
): Promise<void> {
  const changed: PaymentRow[] = [];
  let lines = '';
  for (const payment of payments) {
    if (payment.created) lines += line(payment, payment.created);
    else changed.push(payment);
  }
  if (lines !== '') await copyInto(client, tableOf('payment', generation), COLUMNS, lines);
  if (changed.length > 0) await changePayments(client, generation, changed);
}

function line(payment: PaymentRow, { change, partition, position }: NonNullable<PaymentRow['created']>): string {
  const { event } = change;
  const expires_at = event.type === 'payment.authorized' ? event.expires_at : NULL;
  const decline = event.type === 'payment.declined' ? copyJson(event.decline) : NULL;
  const category = event.category === undefined ? NULL : copyText(event.category);
  const service = change.payee_service === undefined ? NULL : copyText(change.payee_service);
  return (
    `${payment.payment}\t${change.org}\t${change.payer}\t${change.payee_agent ?? NULL}\t${change.session ?? NULL}\t` +
    `${event.authorized_at}\t${position}\t${payment.last_position}\t${expires_at}\t${change.amount}\t${payment.held}\t` +
    `${payment.captured}\t${payment.refunded}\t${partition}\t${payment.status}\t${copyText(event.asset)}\t` +
    `${copyText(event.protocol)}\t${service}\t${category}\t${copyLabels(event.labels)}\t${decline}\n`
  );
}

/** The status follows the rule of `statusAfter`, on the sums that the row has after the change. */
async function changePayments(client: pg.ClientBase, generation: number, changed: PaymentRow[]): Promise<void> {
  const { rowCount } = await client.query({
    name: `bursar_change_payments_${generation}`,
    text: `
      update ${tableOf('payment', generation)} p set
        held = p.held + d.held,
        captured = p.captured + d.captured,
        refunded = p.refunded + d.refunded,
        last_position = d.last_position,
        status = case
          when p.refunded + d.refunded > 0 then 'refunded'
          when d.status in ('voided', 'expired') and p.captured + d.captured > 0 then 'captured'
          else coalesce(d.status, p.status)
        end
      from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
        as d(payment_id, held, captured, refunded, last_position, status)
      where p.payment_id = d.payment_id`,
    values: [
      plainArray(changed.map((row) => row.payment)),
      plainArray(changed.map((row) => row.held)),
      plainArray(changed.map((row) => row.captured)),
      plainArray(changed.map((row) => row.refunded)),
      plainArray(changed.map((row) => row.last_position)),
      plainArray(changed.map((row) => row.status)),
    ],
  });
  if (rowCount !== changed.length) throw new RowsMissing('an event changes a payment whose beginning was never seen');
}
