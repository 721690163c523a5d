import type pg from 'pg';
import { isAddress } from '../append-rules.js';
import { ADDRESS_EVENTS_MAXIMUM, type LoggedEvent } from '../store.js';
import { textArray } from './array-literal.js';
import { bytesOf, hashOf, numberOf, rawRows, type RawRow } from './raw-rows.js';

const ADDRESS_EVENTS = `
select sent.number::text, event.partition::text, event.position::text, event.payload, encode(event.hash, 'hex')
from unnest($1::text[]) with ordinality as sent (address, number)
cross join lateral (
  select partition, position, time from bursar.address_event
  where address_event.address = sent.address
  order by time desc, partition desc, position desc limit ${ADDRESS_EVENTS_MAXIMUM}
) as newest
join bursar.event on event.partition = newest.partition and event.position = newest.position
order by sent.number, newest.time desc, newest.partition desc, newest.position desc`;

/** A text that is no address is sent as null and has no events. */
export async function addressEvents(pool: pg.Pool, addresses: readonly string[]): Promise<LoggedEvent[][]> {
  const found = addresses.map((): LoggedEvent[] => []);
  if (addresses.length === 0) return found;
  const values = [textArray(addresses.map((address) => (isAddress(address) ? address : null)))];
  const { rows } = await pool.query<RawRow>(rawRows('bursar-address-events', ADDRESS_EVENTS, values));
  for (const [number, partition, position, payload, hash] of rows)
    found[numberOf(number) - 1]!.push({
      partition: numberOf(partition),
      position: numberOf(position),
      payload: bytesOf(payload),
      hash: hashOf(hash),
    });
  return found;
}
