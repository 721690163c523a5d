import { deserialize, serialize } from 'node:v8';
import type { Book, BookState } from '#domain';

/**
 * The version of `evolve` and of this format together. Raise it with every change after which a fold of the same events
 * gives another state: snapshots of other versions are then not read, and the partition is replayed (D17).
 */
export const FOLD_VERSION = 9;

type TableName = keyof BookState;

/** Every table of a book: one that is missing here does not compile, since a book without it would start without its money. */
const TABLES = Object.keys({
  book: true,
  organizations: true,
  keys: true,
  agents: true,
  handles: true,
  addresses: true,
  sessions: true,
  wallets: true,
  payments: true,
  requests: true,
  approvals: true,
  grants: true,
  clearings: true,
  returns: true,
} satisfies Record<TableName, true>) as TableName[];

/** Entities of one table of one book; small enough that no chunk is noticed by whoever reads or writes it. */
interface Chunk {
  /** First, so that whoever wants one book of many sees from the first bytes which it is. */
  org: string;
  table: TableName;
  /** Organization and book info are kept under one fixed id. */
  entries: readonly (readonly [id: string, value: unknown])[];
}

const ENTRIES_PER_CHUNK = 2_000;
/** The header, the name and the text of `org` stand within so many bytes. */
const ORG_WITHIN = 64;

/** Folded books as chunks of bytes: V8's own serialisation, which keeps bigints and reads a million entities in seconds. */
export function* snapshotContent(books: Iterable<readonly [org: string, book: Book]>): Generator<Buffer> {
  for (const [org, book] of books)
    for (const table of TABLES) {
      let entries: [string, unknown][] = [];
      for (const entry of book[table].entries()) {
        entries.push(entry);
        if (entries.length < ENTRIES_PER_CHUNK) continue;
        yield serialize({ org, table, entries } satisfies Chunk);
        entries = [];
      }
      if (entries.length > 0) yield serialize({ org, table, entries } satisfies Chunk);
    }
}

/** The inverse of `snapshotContent`, one chunk at a time. */
export class SnapshotReader {
  readonly #strings = new Map<string, string>();

  /** Puts what a chunk holds into the book that `bookOf` gives for its org. */
  take(bytes: Buffer, bookOf: (org: string) => Book): void {
    const chunk = deserialize(bytes) as Chunk;
    const table = bookOf(chunk.org)[chunk.table] as { set(id: string, value: unknown): void };
    const shared = SHARED_FIELDS[chunk.table] ?? [];
    for (const [id, value] of chunk.entries) {
      this.#share(value as Record<string, unknown>, shared);
      table.set(id, value);
    }
  }

  #share(value: Record<string, unknown>, fields: readonly string[]): void {
    for (const field of fields) {
      const text = value[field];
      if (typeof text !== 'string') continue;
      const known = this.#strings.get(text);
      if (known === undefined) this.#strings.set(text, text);
      else value[field] = known;
    }
  }
}

/** Whether a chunk is of this org's book, by a look at its first bytes. */
export function isChunkOf(bytes: Buffer, org: string): boolean {
  return bytes.subarray(0, ORG_WITHIN + org.length).includes(org, 0, 'latin1');
}

/** References to other entities and words of closed lists, of which a million sessions would else keep a million copies. */
const SHARED_FIELDS: Partial<Record<TableName, readonly string[]>> = {
  agents: ['parent_id', 'status', 'origin', 'funding'],
  sessions: ['parent_id', 'agent_id', 'asset', 'mode', 'wallet_id'],
};
