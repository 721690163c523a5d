import { createHash } from 'node:crypto';
import { SnapshotDamagedError } from '../errors.js';
import type { SnapshotHeader, SnapshotStore } from '../snapshots.js';

const SNAPSHOTS_KEPT = 2;

export class MemorySnapshotStore implements SnapshotStore {
  /** In order of position. */
  #snapshots: { header: SnapshotHeader; chunks: Buffer[] }[] = [];

  async write(
    header: Omit<SnapshotHeader, 'state_hash'>,
    chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  ): Promise<SnapshotHeader> {
    const content: Buffer[] = [];
    for await (const chunk of chunks) content.push(Buffer.from(chunk));
    const written = { ...header, state_hash: createHash('sha256').update(Buffer.concat(content)).digest() };
    this.#snapshots.push({ header: written, chunks: content });
    this.#snapshots.sort((a, b) => a.header.position - b.header.position);
    const alike = this.#snapshots.filter((one) => isOfKind(one.header, header));
    const dropped = new Set(alike.slice(0, -SNAPSHOTS_KEPT));
    this.#snapshots = this.#snapshots.filter((one) => !dropped.has(one));
    return written;
  }

  async latest(partition: number, fold_version: number, upTo = Infinity): Promise<SnapshotHeader | undefined> {
    const kind = { partition, fold_version };
    return this.#snapshots.filter((one) => isOfKind(one.header, kind) && one.header.position <= upTo).at(-1)?.header;
  }

  async *chunks(header: SnapshotHeader): AsyncIterable<Buffer> {
    const found = this.#snapshots.findLast(
      (one) => isOfKind(one.header, header) && one.header.position === header.position,
    );
    if (!found?.header.state_hash.equals(header.state_hash)) {
      throw new SnapshotDamagedError(`no snapshot of partition ${header.partition} at position ${header.position}`);
    }
    yield* found.chunks;
  }
}

type Kind = Pick<SnapshotHeader, 'partition' | 'fold_version'>;

function isOfKind(header: SnapshotHeader, kind: Kind): boolean {
  return header.partition === kind.partition && header.fold_version === kind.fold_version;
}
