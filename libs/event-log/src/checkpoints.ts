/** What was once seen of a partition: a head below it means that committed events were lost. */
export interface Checkpoint {
  partition: number;
  position: number;
  hash: Buffer;
}

export interface CheckpointStore {
  /** Remembers that the chain had this hash at this position; writing the same one again changes nothing. */
  write(checkpoint: Checkpoint): Promise<void>;
  /** The highest checkpoint of each partition that has one. */
  highest(): Promise<Map<number, Checkpoint>>;
  /** Checkpoints of one partition in order, for verification; at most 10,000 after `after`. */
  list(partition: number, after: number): Promise<Checkpoint[]>;
}

/** How far the relay has published each partition (D9). */
export interface WatermarkStore {
  /** Never lowers a watermark. */
  advance(partition: number, position: number): Promise<void>;
  /** Partitions without a watermark are absent. */
  read(): Promise<Map<number, number>>;
}
