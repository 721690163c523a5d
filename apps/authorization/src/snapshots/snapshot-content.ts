import { deserialize, serialize } from 'node:v8';
import type { BookState } from '#domain';
import type { LogHead } from '#event-log';
import { OwnedPartition } from '../owner/partition.js';

/**
 * The version of `evolve` and of this format together. Raise it with every change after which a fold of the same events
 * gives another state: snapshots of other versions are then not read, and the partition is replayed (D17).
 */
export const FOLD_VERSION = 5;

const TABLES = [
  'book',
  'organizations',
  'keys',
  'agents',
  'handles',
  'sessions',
  'wallets',
  'payments',
  'approvals',
  'grants',
  'clearings',
  'returns',
] as const;
type TableName = (typeof TABLES)[number];

/** Entities of one table of one book; small enough that no chunk is noticed by whoever reads or writes it. */
interface Chunk {
  org: string;
  table: TableName;
  /** Organization and book info are kept under one fixed id. */
  entries: readonly (readonly [id: string, value: unknown])[];
}

const ENTRIES_PER_CHUNK = 2_000;

/** A folded partition as chunks of bytes: V8's own serialisation, which keeps bigints and reads a million entities in seconds. */
export function* snapshotChunks(partition: OwnedPartition): Generator<Buffer> {
  for (const [org, { base }] of partition.books)
    for (const table of TABLES) {
      let entries: [string, unknown][] = [];
      for (const entry of base[table].entries()) {
        entries.push(entry);
        if (entries.length < ENTRIES_PER_CHUNK) continue;
        yield serialize({ org, table, entries } satisfies Chunk);
        entries = [];
      }
      if (entries.length > 0) yield serialize({ org, table, entries } satisfies Chunk);
    }
}

/** The inverse of `snapshotChunks`. */
export async function partitionFromChunks(
  partition: number,
  epoch: number,
  head: LogHead,
  chunks: AsyncIterable<Buffer>,
  between_chunks: () => Promise<void> = async () => {},
): Promise<OwnedPartition> {
  const owned = new OwnedPartition(partition, epoch, head);
  const strings = new Map<string, string>();
  for await (const bytes of chunks) {
    const chunk = deserialize(bytes) as Chunk;
    const book = owned.book(chunk.org);
    const table = (book.base as BookState as unknown as Record<TableName, { set(id: string, value: unknown): void }>)[
      chunk.table
    ];
    const shared = SHARED_FIELDS[chunk.table] ?? [];
    for (const [id, value] of chunk.entries) {
      share(value as Record<string, unknown>, shared, strings);
      table.set(id, value);
    }
    owned.keep(chunk.org, book);
    await between_chunks();
  }
  return owned;
}

/** References to other entities and words of closed lists, of which a million sessions would else keep a million copies. */
const SHARED_FIELDS: Partial<Record<TableName, readonly string[]>> = {
  agents: ['parent_id', 'status', 'origin', 'funding'],
  sessions: ['parent_id', 'agent_id', 'asset', 'mode', 'wallet_id'],
};

function share(value: Record<string, unknown>, fields: readonly string[], strings: Map<string, string>): void {
  for (const field of fields) {
    const text = value[field];
    if (typeof text !== 'string') continue;
    const known = strings.get(text);
    if (known === undefined) strings.set(text, text);
    else value[field] = known;
  }
}
