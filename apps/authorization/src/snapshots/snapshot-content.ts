import { snapshotContent, SnapshotReader, type LogHead } from '#event-log';
import type { Book } from '#domain';
import { OwnedPartition } from '../owner/partition.js';

/** A folded partition as the content of a snapshot. */
export function snapshotChunks(partition: OwnedPartition): Generator<Buffer> {
  return snapshotContent(booksOf(partition));
}

function* booksOf({ books }: OwnedPartition): Generator<readonly [org: string, book: Book]> {
  for (const [org, { base }] of books) yield [org, base];
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
  const reader = new SnapshotReader();
  const bookOf = (org: string): Book => {
    const book = owned.book(org);
    owned.keep(org, book);
    return book.base;
  };
  for await (const bytes of chunks) {
    reader.take(bytes, bookOf);
    await between_chunks();
  }
  return owned;
}
