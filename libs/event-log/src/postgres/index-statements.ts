import type pg from 'pg';
import { hexOfId, isAddress } from '../append-rules.js';
import { isStorableText } from '../storable-text.js';
import type { FoundIndexRows, IndexRequest, IndexRows } from '../store.js';
import { numberArray, textArray } from './array-literal.js';

const LOOK_UP = `
select 'key' as kind, sent.number, bound.position
from unnest($1::int2[], $2::text[], $3::text[]) with ordinality as sent (partition, scope, key, number)
join bursar.idempotency_key bound
  on bound.partition = sent.partition and bound.key = sent.key and bound.scope = sent.scope
union all
select 'payment', sent.number, belongs.position
from unnest($4::uuid[], $5::int2[], $6::int8[]) with ordinality as sent (payment_id, partition, position, number)
join bursar.payment_event belongs on belongs.payment_id = sent.payment_id
  and belongs.partition = sent.partition and belongs.position = sent.position
union all
select 'address', sent.number, known.position
from unnest($7::text[], $8::int8[], $9::int2[], $10::int8[]) with ordinality
  as sent (address, time, partition, position, number)
join bursar.address_event known on known.address = sent.address and known.time = sent.time
  and known.partition = sent.partition and known.position = sent.position`;

export async function lookUpIndex(pool: pg.Pool, { keys, payments, addresses }: IndexRequest): Promise<FoundIndexRows> {
  const { rows } = await pool.query<{ kind: 'key' | 'payment' | 'address'; number: number; position: number }>({
    name: 'bursar-look-up-index',
    text: LOOK_UP,
    values: [
      numberArray(keys.map(({ partition }) => partition)),
      textArray(keys.map(({ scope }) => (isStorableText(scope) ? scope : null))),
      textArray(keys.map(({ key }) => (isStorableText(key) ? key : null))),
      textArray(payments.map(({ payment_id }) => hexOfId(payment_id) ?? null)),
      numberArray(payments.map(({ partition }) => partition)),
      numberArray(payments.map(({ position }) => position)),
      textArray(addresses.map(({ address }) => (isAddress(address) ? address : null))),
      numberArray(addresses.map(({ time }) => time)),
      numberArray(addresses.map(({ partition }) => partition)),
      numberArray(addresses.map(({ position }) => position)),
    ],
  });
  const found = {
    keys: keys.map((): number | undefined => undefined),
    payments: payments.map(() => false),
    addresses: addresses.map(() => false),
  };
  for (const { kind, number, position } of rows) {
    if (kind === 'key') found.keys[number - 1] = position;
    else found[kind === 'payment' ? 'payments' : 'addresses'][number - 1] = true;
  }
  return found;
}

const COUNT = `
with sent as materialized (
  select * from unnest($1::int2[], $2::int8[]) as sent (partition, position)
), keys as (
  select partition, count(*) as number from bursar.idempotency_key as bound join sent using (partition)
  where bound.position <= sent.position group by partition
), payments as (
  select partition, count(*) as number from bursar.payment_event as belongs join sent using (partition)
  where belongs.position <= sent.position group by partition
), addresses as (
  select partition, count(*) as number from bursar.address_event as known join sent using (partition)
  where known.position <= sent.position group by partition
)
select sent.partition, coalesce(keys.number, 0) as keys, coalesce(payments.number, 0) as payments,
  coalesce(addresses.number, 0) as addresses
from sent left join keys using (partition) left join payments using (partition) left join addresses using (partition)`;

/** A whole pass over the indexes takes minutes on a large log: this statement alone may run that long. */
const COUNT_TIMEOUT_MS = 3_600_000;

export async function countIndexRows(
  pool: pg.Pool,
  upTo: ReadonlyMap<number, number>,
): Promise<Map<number, IndexRows>> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query(`set local statement_timeout = ${COUNT_TIMEOUT_MS}`);
    await client.query('set local enable_seqscan = on; set local enable_hashjoin = on');
    const { rows } = await client.query<{ partition: number } & IndexRows>({
      text: COUNT,
      values: [numberArray([...upTo.keys()]), numberArray([...upTo.values()])],
      query_timeout: COUNT_TIMEOUT_MS,
    } as pg.QueryConfig);
    await client.query('commit');
    client.release();
    return new Map(rows.map(({ partition, ...counts }) => [partition, counts]));
  } catch (error) {
    client.release(true);
    throw error;
  }
}
