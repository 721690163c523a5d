import { FOLD_VERSION, type LogStore } from '#event-log';
import { loadPartition } from '../leases/load-partition.js';
import type { OwnedPartition } from '../owner/partition.js';
import { partitionFromChunks } from './snapshot-content.js';

export interface LoadOptions {
  between_pages?: () => Promise<void>;
  /** Told why a snapshot of this fold version was not used: the start is right without it, but slow. */
  passed_over?: (error: unknown) => void;
}

/**
 * A partition from its newest snapshot and the events after it. Whatever does not fit (no snapshot, another fold version,
 * damaged content, a chain hash that the log does not have there) means replay from zero (D17).
 */
export async function loadFromSnapshot(
  log: LogStore,
  partition: number,
  epoch: number,
  { between_pages = async () => {}, passed_over = () => {} }: LoadOptions = {},
): Promise<OwnedPartition> {
  const start = await startFrom(log, partition, epoch, between_pages).catch((error: unknown) => {
    passed_over(error);
    return undefined;
  });
  return loadPartition(log, partition, epoch, between_pages, start);
}

/** @throws what makes the snapshot unusable */
async function startFrom(
  log: LogStore,
  partition: number,
  epoch: number,
  between_chunks: () => Promise<void>,
): Promise<OwnedPartition | undefined> {
  const header = await log.snapshots.latest(partition, FOLD_VERSION);
  if (!header || header.position === 0) return undefined;
  const [event] = await log.read(partition, header.position - 1, header.position);
  if (!event?.hash.equals(header.chain_hash))
    throw new Error(`the snapshot at ${partition}:${header.position} is not of this log: the hash there is another`);
  const head = { position: header.position, hash: header.chain_hash };
  return partitionFromChunks(partition, epoch, head, readAhead(log.snapshots.chunks(header)), between_chunks);
}

/** Asks for the next chunk while the one before is being read. */
async function* readAhead(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  let next = source.next();
  for (let chunk = await next; !chunk.done; chunk = await next) {
    next = source.next();
    // Whoever waits for it is told; where nobody does any more, nobody has to be.
    next.catch(() => undefined);
    yield chunk.value;
  }
}
