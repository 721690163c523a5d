import type pg from 'pg';
import type { LoggedEvent } from '../store.js';
import { bytesOf, hashOf, numberOf, rawRows, type RawRow } from './raw-rows.js';

const EVENTS_PER_ROW = 512;

/**
 * Events are sent some hundreds to a row, their bytes in one piece that is cut up here: a row per event costs pg three times
 * as much as all the rest. Both bounds stand in the statement: open-ended reads were planned badly on a new table.
 */
const READ_PACKED = `
select events.positions, events.lengths, events.hashes, events.payloads
from generate_series($2::int8, $3::int8 - 1, ${EVENTS_PER_ROW}) as start
cross join lateral (
  select string_agg(position::text, ',') as positions, string_agg(length(payload)::text, ',') as lengths,
    encode(string_agg(hash, ''), 'hex') as hashes, string_agg(payload, '') as payloads
  from (
    select event.position, event.payload, event.hash from bursar.event
    where event.partition = $1::int2 and event.position > start
      and event.position <= least(start + ${EVENTS_PER_ROW}, $3::int8)
    order by event.position
  ) as page
) as events
where events.positions is not null
order by start`;

// `order by position` alone would mean the output column, which is text: 9 after 31.
const READ_ONE_BY_ONE = `select position::text, encode(hash, 'hex'), payload from bursar.event
  where partition = $1::int2 and position > $2::int8 and position <= $3::int8 order by event.position`;

export async function readEvents(
  pool: pg.Pool,
  partition: number,
  after: number,
  upTo: number,
): Promise<LoggedEvent[]> {
  if (upTo <= after) return [];
  const values = [partition, after, upTo];
  const packed = await pool.query<RawRow>(rawRows('bursar-read-packed', READ_PACKED, values));
  const events: LoggedEvent[] = [];
  for (const row of packed.rows) {
    if (!unpack(partition, row, events)) return readOneByOne(pool, values);
  }
  return events;
}

/** False where the bytes are not as long as they were in the database: some are not UTF-8, so somebody altered them. */
function unpack(partition: number, [positions, lengths, hashes, payloads]: RawRow, events: LoggedEvent[]): boolean {
  const eachPosition = positions!.toString().split(',');
  const ends = endsOf(lengths!.toString());
  const page = new PackedPage(partition, hashes!.toString(), payloads!, ends.at(-1)!);
  for (let index = 0, start = 0; index < ends.length; index++) {
    const end = ends[index]!;
    events.push(new PackedEvent(page, Number(eachPosition[index]), index, start, end));
    start = end;
  }
  return page.text !== undefined || page.payloads.length === ends.at(-1);
}

/** Where each payload ends, counted in bytes of the page. */
function endsOf(lengths: string): number[] {
  let end = 0;
  return lengths.split(',').map((length) => (end += Number(length)));
}

class PackedPage {
  /** All payloads of the page, where all are ASCII. */
  readonly text: string | undefined;
  readonly #payloads: string | Buffer;
  #bytes: Buffer | undefined;

  constructor(
    readonly partition: number,
    /** 64 hex digits an event. */
    readonly hashes: string,
    payloads: string | Buffer,
    bytes: number,
  ) {
    this.#payloads = payloads;
    // As many characters as bytes, and none that stands for bytes that are not UTF-8: then each byte is a character.
    const ascii = typeof payloads === 'string' && payloads.length === bytes && !payloads.includes('\uFFFD');
    this.text = ascii ? payloads : undefined;
  }

  get payloads(): Buffer {
    return (this.#bytes ??= bytesOf(this.#payloads));
  }
}

/** Cuts out of its page only what is asked for: a replay asks for neither hash nor bytes. */
class PackedEvent implements LoggedEvent {
  constructor(
    private readonly page: PackedPage,
    readonly position: number,
    private readonly index: number,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get partition(): number {
    return this.page.partition;
  }
  get payload(): Buffer {
    return this.page.payloads.subarray(this.start, this.end);
  }
  get text(): string | undefined {
    return this.page.text?.slice(this.start, this.end);
  }
  get hash(): Buffer {
    return hashOf(this.page.hashes.slice(this.index * 64, this.index * 64 + 64));
  }
}

async function readOneByOne(pool: pg.Pool, values: number[]): Promise<LoggedEvent[]> {
  const result = await pool.query<RawRow>(rawRows('bursar-read', READ_ONE_BY_ONE, values));
  return result.rows.map((row) => ({
    partition: values[0]!,
    position: numberOf(row[0]),
    hash: hashOf(row[1]),
    payload: bytesOf(row[2]),
  }));
}
