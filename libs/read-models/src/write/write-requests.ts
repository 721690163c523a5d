import type pg from 'pg';
import { NEVER, type RequestEnd, type RequestRow, type RequestRows } from '../fold/request-rows.js';
import { tableOf } from '../schema/generation-tables.js';
import { plainArray, textArray } from '../sql/array-text.js';
import { copyInto, copyLabels, copyText, NULL } from '../sql/copy-text.js';
import { RowsMissing } from './rows-missing.js';

const COLUMNS =
  'request_id, org, payee, payer_org, payer, payer_name, amount, opened_at, expires_at, over_at, position, partition, ' +
  'status, asset, category, labels';

export async function writeRequests(client: pg.ClientBase, generation: number, requests: RequestRows): Promise<void> {
  const lines = [...requests.opened.values()].map(lineOf).join('');
  if (lines !== '') await copyInto(client, tableOf('request', generation), COLUMNS, lines);
  // After the new rows, since a batch may open a request and end it.
  const ends = [...requests.ended.values()];
  if (ends.length > 0) await endRequests(client, generation, ends);
}

function lineOf({
  request,
  org,
  payee,
  payer_org,
  payer,
  payer_name,
  opened,
  partition,
  position,
}: RequestRow): string {
  const { amount, time, expires_at, asset, category, labels } = opened;
  const name = payer_name === undefined ? NULL : copyText(payer_name);
  return (
    `${request}\t${org}\t${payee}\t${payer_org}\t${payer ?? NULL}\t${name}\t${BigInt(amount)}\t${time}\t` +
    `${expires_at ?? NULL}\t${expires_at ?? NEVER}\t${position}\t${partition}\topen\t${copyText(asset)}\t` +
    `${category === undefined ? NULL : copyText(category)}\t${copyLabels(labels)}\n`
  );
}

async function endRequests(client: pg.ClientBase, generation: number, ends: readonly RequestEnd[]): Promise<void> {
  const { rowCount } = await client.query({
    name: `bursar_end_requests_${generation}`,
    text: `
      update ${tableOf('request', generation)} r set
        status = d.status, ended_at = d.ended_at, over_at = d.ended_at, payment = d.payment
      from unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[]) as d(request_id, status, ended_at, payment)
      where r.request_id = d.request_id`,
    values: [
      plainArray(ends.map(({ request }) => request)),
      textArray(ends.map(({ status }) => status)),
      plainArray(ends.map(({ ended_at }) => ended_at)),
      plainArray(ends.map(({ payment }) => payment)),
    ],
  });
  if (rowCount !== ends.length) throw new RowsMissing('an event ends a payment request whose opening was never seen');
}
