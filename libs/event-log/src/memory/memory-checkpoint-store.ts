import type { Checkpoint, CheckpointStore, WatermarkStore } from '../checkpoints.js';

export class MemoryCheckpointStore implements CheckpointStore {
  readonly #checkpoints = new Map<string, Checkpoint>();

  async write(checkpoint: Checkpoint): Promise<void> {
    const name = `${checkpoint.partition}:${checkpoint.position}`;
    if (!this.#checkpoints.has(name)) this.#checkpoints.set(name, checkpoint);
  }

  async highest(): Promise<Map<number, Checkpoint>> {
    const inOrder = [...this.#checkpoints.values()].sort((a, b) => a.position - b.position);
    return new Map(inOrder.map((checkpoint) => [checkpoint.partition, checkpoint]));
  }

  async list(partition: number, after: number): Promise<Checkpoint[]> {
    return [...this.#checkpoints.values()]
      .filter((checkpoint) => checkpoint.partition === partition && checkpoint.position > after)
      .sort((a, b) => a.position - b.position)
      .slice(0, 10_000);
  }
}

export class MemoryWatermarkStore implements WatermarkStore {
  readonly #watermarks = new Map<number, number>();

  async advance(partition: number, position: number): Promise<void> {
    this.#watermarks.set(partition, Math.max(position, this.#watermarks.get(partition) ?? 0));
  }

  async read(): Promise<Map<number, number>> {
    return new Map(this.#watermarks);
  }
}
