import type pg from 'pg';
import type { Facts, FactsRequest, LoggedEvent } from '../store.js';
import { hexOfId } from '../append-rules.js';
import { isStorableText } from '../storable-text.js';
import { numberArray, textArray } from './array-literal.js';
import { bytesOf, hashOf, numberOf, rawRows, type RawRow } from './raw-rows.js';

const FACTS = `
select 'key', sent.number::text, event.partition::text, event.position::text, event.payload, encode(event.hash, 'hex')
from unnest($1::int2[], $2::text[], $3::text[]) with ordinality as sent (partition, scope, key, number)
join bursar.idempotency_key bound
  on bound.partition = sent.partition and bound.key = sent.key and bound.scope = sent.scope
join bursar.event on event.partition = bound.partition and event.position = bound.position
union all
select 'payment', sent.number::text, event.partition::text, event.position::text, event.payload, encode(event.hash, 'hex')
from unnest($4::uuid[]) with ordinality as sent (payment_id, number)
join bursar.payment_event belongs on belongs.payment_id = sent.payment_id
join bursar.event on event.partition = belongs.partition and event.position = belongs.position`;

/** Keys and ids that can stand in no index row are sent as null: one bad key must not fail the facts of all others. */
export async function loadFacts(pool: pg.Pool, request: FactsRequest): Promise<Facts> {
  const facts: Facts = {
    keys: request.keys.map(() => undefined),
    payments: request.payments.map(() => []),
  };
  if (request.keys.length === 0 && request.payments.length === 0) return facts;
  const result = await pool.query<RawRow>(
    rawRows('bursar-facts', FACTS, [
      numberArray(request.keys.map(({ partition }) => partition)),
      textArray(request.keys.map(({ scope }) => (isStorableText(scope) ? scope : null))),
      textArray(request.keys.map(({ key }) => (isStorableText(key) ? key : null))),
      textArray(request.payments.map((id) => hexOfId(id) ?? null)),
    ]),
  );
  for (const [kind, number, partition, position, payload, hash] of result.rows) {
    const event: LoggedEvent = {
      partition: numberOf(partition),
      position: numberOf(position),
      payload: bytesOf(payload),
      hash: hashOf(hash),
    };
    const index = numberOf(number) - 1;
    if (kind?.toString() === 'key') facts.keys[index] = event;
    else facts.payments[index]!.push(event);
  }
  for (const events of facts.payments) {
    if (events.length > 1) events.sort((a, b) => a.partition - b.partition || a.position - b.position);
  }
  return facts;
}
