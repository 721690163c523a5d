import { PARTITION_COUNT } from '#contracts';
import type { BookEvent } from '#domain';
import type { ReceiptLog } from '../ports.js';

/** When the log begins. It never changes, so it is read once. */
export class FirstMoment {
  #known: number | undefined;

  constructor(private readonly log: Pick<ReceiptLog, 'read'>) {}

  /** Milliseconds since the epoch; undefined while nothing is recorded. */
  async read(): Promise<number | undefined> {
    if (this.#known !== undefined) return this.#known;
    const partitions = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);
    const firsts = await Promise.all(partitions.map((partition) => this.log.read(partition, 0, 1)));
    const times = firsts.flat().map(({ payload }) => (JSON.parse(payload.toString('utf8')) as BookEvent).time);
    if (times.length > 0) this.#known = Math.min(...times);
    return this.#known;
  }
}
