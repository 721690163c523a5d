import type { AppendRecord } from '../store.js';
import { addressText, firstPositionsOf, paymentHex } from '../append-rules.js';
import { numberArray, textArray } from './array-literal.js';
import { KEPT_BESIDE, WRITES_BESIDE } from './rows-beside-statement.js';

/**
 * The only statement that writes events. The lease rows are locked in order of partition, as everywhere, so that appends,
 * renewals and take-overs cannot deadlock. `fence` is read before any row is inserted: leases short of one, or a partition
 * whose event before the first one sent is missing, and nothing is written. Bytes travel as one value, cut up here.
 */
const WRITES = `
with held as materialized (
  select lease.partition, sent.first_position
  from unnest($1::int2[], $2::int8[], $3::int8[]) as sent (partition, epoch, first_position)
  join bursar.lease on lease.partition = sent.partition and lease.epoch = sent.epoch
  order by lease.partition
  for share of lease
), gap as materialized (
  select held.partition from held
  where held.first_position > 1 and not exists (
    select from bursar.event where event.partition = held.partition and event.position = held.first_position - 1
  )
), fence as materialized (
  select (select count(*) from held) = cardinality($1::int2[]) and not exists (select from gap) as passed
), events as (
  insert into bursar.event (partition, position, payload, hash)
  select sent.partition, sent.position,
    substring($7::bytea from sent.start for sent.length), substring($8::bytea from (sent.number * 32 - 31)::int for 32)
  from unnest($4::int2[], $5::int8[], $6::int4[], $9::int4[]) with ordinality
    as sent (partition, position, start, length, number)
  where (select passed from fence)
), keys as (
  insert into bursar.idempotency_key (partition, position, scope, key)
  select * from unnest($10::int2[], $11::int8[], $12::text[], $13::text[])
  where (select passed from fence)
), payments as (
  insert into bursar.payment_event (payment_id, partition, position)
  select * from unnest($14::uuid[], $15::int2[], $16::int8[])
  where (select passed from fence)
), addresses as (
  insert into bursar.address_event (partition, position, address, time)
  select * from unnest($17::int2[], $18::int8[], $19::text[], $20::int8[])
  where (select passed from fence)
)`;

const OUTCOME = `
select (select passed from fence) as passed,
  array(select partition from held) as held,
  array(select partition from gap) as gaps`;

export const APPEND = `${WRITES}${OUTCOME}`;

/** The same, with rows beside the log: what is there already is left as it is, and what was kept is told. */
export const APPEND_WITH_ROWS_BESIDE = `${WRITES}${WRITES_BESIDE}${OUTCOME},
  ${KEPT_BESIDE} as kept`;

export interface AppendAnswer {
  passed: boolean;
  held: number[];
  gaps: number[];
  /** Ids of payments, as UUIDs; absent where nothing was to be kept. */
  kept?: string[];
}

/** @throws AppendRefusedError where the records are not in order or cannot be sent; FencedError is the caller's to throw. */
export function appendValues(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): unknown[] {
  const firstPositions = firstPositionsOf(records);
  const leased = [...firstPositions.keys()];
  const lengths = records.map((record) => record.payload.length);
  const starts: number[] = [];
  let start = 1;
  for (const length of lengths) {
    starts.push(start);
    start += length;
  }
  const keyed = records.filter((record) => record.key !== undefined);
  const paid = records.filter((record) => record.payment_id !== undefined);
  const addressed = records.filter((record) => record.address !== undefined);
  return [
    numberArray(leased),
    numberArray(leased.map((partition) => epochs.get(partition) ?? -1)),
    numberArray([...firstPositions.values()]),
    numberArray(records.map((record) => record.partition)),
    numberArray(records.map((record) => record.position)),
    numberArray(starts),
    Buffer.concat(records.map((record) => record.payload)),
    Buffer.concat(records.map((record) => record.hash)),
    numberArray(lengths),
    numberArray(keyed.map((record) => record.partition)),
    numberArray(keyed.map((record) => record.position)),
    textArray(keyed.map((record) => record.key!.scope)),
    textArray(keyed.map((record) => record.key!.key)),
    textArray(paid.map((record) => paymentHex(record))),
    numberArray(paid.map((record) => record.partition)),
    numberArray(paid.map((record) => record.position)),
    numberArray(addressed.map((record) => record.partition)),
    numberArray(addressed.map((record) => record.position)),
    textArray(addressed.map((record) => addressText(record))),
    numberArray(addressed.map((record) => record.address!.time)),
  ];
}
