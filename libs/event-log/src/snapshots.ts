/** A folded state at a position; any mismatch of these means that the state is built by replay instead (D17). */
export interface SnapshotHeader {
  partition: number;
  position: number;
  /** Chain hash of the event at `position`. */
  chain_hash: Buffer;
  /** SHA-256 over the whole content. */
  state_hash: Buffer;
  /** Version of the code that folded: another version does not read it. */
  fold_version: number;
}

export interface SnapshotStore {
  /**
   * Writes a snapshot chunk by chunk and makes it visible at the end, whole or not at all. Older snapshots of the
   * partition are dropped, save the one before.
   */
  write(
    header: Omit<SnapshotHeader, 'state_hash'>,
    chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  ): Promise<SnapshotHeader>;
  /** The newest snapshot of this fold version at or below `upTo`, where given. */
  latest(partition: number, fold_version: number, upTo?: number): Promise<SnapshotHeader | undefined>;
  /**
   * Its chunks, in the order and sizes they were written.
   * @throws SnapshotDamagedError at the end where the content does not have the header's state hash.
   */
  chunks(header: SnapshotHeader): AsyncIterable<Buffer>;
}
