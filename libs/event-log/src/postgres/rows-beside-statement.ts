import { paymentHex } from '../append-rules.js';
import type { RowBeside } from '../services/row-beside.js';
import type { AppendRecord } from '../store.js';
import { numberArray, textArray } from './array-literal.js';

/**
 * The part of an append that writes rows beside the log (decision 087), after its other values. Rows of calls that somebody else is ending are
 * left out, so that no append waits for one; whoever drops a call waits for the append, and sees its answer afterwards.
 */
export const WRITES_BESIDE = `, calls as (
  insert into bursar.service_call (payment_id, org, service, is_sandbox, salt, request, expires_at)
  select payment_id, org, service, is_sandbox, salt, request, now() + keep_for_days * interval '1 day'
  from unnest($21::uuid[], $22::text[], $23::text[], $24::bool[], $25::text[], $26::text[], $27::float8[])
    as call (payment_id, org, service, is_sandbox, salt, request, keep_for_days)
  where (select passed from fence)
  on conflict do nothing
  returning payment_id
), opened as (
  insert into bursar.service_call_open (payment_id, ends_at)
  select payment_id, now() + ends_in_ms * interval '1 ms'
  from calls join unnest($21::uuid[], $28::float8[]) as call (payment_id, ends_in_ms) using (payment_id)
  on conflict do nothing
), ending as materialized (
  select payment_id from bursar.service_call_open
  where payment_id = any ($29::uuid[]) and (select passed from fence)
  for update skip locked
), answers as (
  insert into bursar.service_answer (payment_id, answer, units)
  select payment_id, answer, units
  from ending join unnest($29::uuid[], $30::text[], $31::int8[]) as said (payment_id, answer, units) using (payment_id)
  on conflict do nothing
), ended as (
  delete from bursar.service_call_open where payment_id = any (array(select payment_id from ending))
)`;

export const KEPT_BESIDE = `array(select payment_id::text from calls union all select payment_id::text from ending)`;

type Beside<Kind extends RowBeside['kind']> = AppendRecord & { beside: Extract<RowBeside, { kind: Kind }> };

/** The values of `WRITES_BESIDE`; undefined where there is no such row. */
export function valuesBeside(records: readonly AppendRecord[]): unknown[] | undefined {
  const calls = records.filter((record): record is Beside<'call'> => record.beside?.kind === 'call');
  const answers = records.filter((record): record is Beside<'answer'> => record.beside?.kind === 'answer');
  if (calls.length === 0 && answers.length === 0) return undefined;
  return [
    textArray(calls.map(paymentHex)),
    textArray(calls.map(({ beside }) => beside.org)),
    textArray(calls.map(({ beside }) => beside.service)),
    textArray(calls.map(({ beside }) => `${beside.is_sandbox}`)),
    textArray(calls.map(({ beside }) => beside.salt)),
    textArray(calls.map(({ beside }) => beside.request)),
    numberArray(calls.map(({ beside }) => beside.keep_for_days)),
    numberArray(calls.map(({ beside }) => beside.ends_in_ms)),
    textArray(answers.map(paymentHex)),
    textArray(answers.map(({ beside }) => beside.answer)),
    textArray(answers.map(({ beside }) => beside.units?.toString() ?? null)),
  ];
}

/** The payments whose ids the database gave, as UUIDs. */
export function keptPayments(uuids: readonly string[]): Set<string> {
  return new Set(uuids.map((uuid) => `pay_${uuid.replaceAll('-', '')}`));
}
