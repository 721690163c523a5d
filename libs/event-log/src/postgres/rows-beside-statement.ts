import { paymentHex } from '../append-rules.js';
import type { RowBeside } from '../services/row-beside.js';
import type { AppendRecord } from '../store.js';
import { numberArray, textArray } from './array-literal.js';

/**
 * The part of an append that writes rows beside the log (decision 087), after its other values. Rows of calls that somebody else is ending are
 * left out, so that no append waits for one; whoever drops a call waits for the append, and sees its answer afterwards. Texts travel as one
 * value, cut up here: what is full of quotes is slow as an element of an array.
 */
export const WRITES_BESIDE = `, calls as (
  insert into bursar.service_call (payment_id, org, service, is_sandbox, salt, request, expires_at)
  select payment_id, org, service, is_sandbox, salt,
    convert_from(substring($21::bytea from start for length), 'UTF8'), now() + keep_for_days * interval '1 day'
  from unnest($22::uuid[], $23::text[], $24::text[], $25::bool[], $26::text[], $27::int4[], $28::int4[], $29::float8[])
    as call (payment_id, org, service, is_sandbox, salt, start, length, keep_for_days)
  where (select passed from fence)
  on conflict do nothing
  returning payment_id
), opened as (
  insert into bursar.service_call_open (payment_id, ends_at)
  select payment_id, now() + ends_in_ms * interval '1 ms'
  from calls join unnest($22::uuid[], $30::float8[]) as call (payment_id, ends_in_ms) using (payment_id)
  on conflict do nothing
), ending as materialized (
  select payment_id from bursar.service_call_open
  where payment_id = any ($31::uuid[]) and (select passed from fence)
  for update skip locked
), answers as (
  insert into bursar.service_answer (payment_id, answer, units)
  select payment_id, convert_from(substring($21::bytea from start for length), 'UTF8'), units
  from ending join unnest($31::uuid[], $32::int4[], $33::int4[], $34::int8[])
    as said (payment_id, start, length, units) using (payment_id)
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
  const texts = [...calls.map(({ beside }) => beside.request), ...answers.map(({ beside }) => beside.answer)];
  const { bytes, starts, lengths } = inOne(texts);
  return [
    bytes,
    textArray(calls.map(paymentHex)),
    textArray(calls.map(({ beside }) => beside.org)),
    textArray(calls.map(({ beside }) => beside.service)),
    textArray(calls.map(({ beside }) => `${beside.is_sandbox}`)),
    textArray(calls.map(({ beside }) => beside.salt)),
    numberArray(starts.slice(0, calls.length)),
    numberArray(lengths.slice(0, calls.length)),
    numberArray(calls.map(({ beside }) => beside.keep_for_days)),
    numberArray(calls.map(({ beside }) => beside.ends_in_ms)),
    textArray(answers.map(paymentHex)),
    numberArray(starts.slice(calls.length)),
    numberArray(lengths.slice(calls.length)),
    textArray(answers.map(({ beside }) => beside.units?.toString() ?? null)),
  ];
}

/** Starts, from 1, and lengths in bytes. Each text by itself: halves of a character at the ends of two would become one. */
function inOne(texts: readonly string[]): { bytes: Buffer; starts: number[]; lengths: number[] } {
  const parts = texts.map((text) => Buffer.from(text));
  const starts: number[] = [];
  let start = 1;
  for (const { length } of parts) {
    starts.push(start);
    start += length;
  }
  return { bytes: Buffer.concat(parts), starts, lengths: parts.map(({ length }) => length) };
}

/** The payments whose ids the database gave, as UUIDs. */
export function keptPayments(uuids: readonly string[]): Set<string> {
  return new Set(uuids.map((uuid) => `pay_${uuid.replaceAll('-', '')}`));
}
