import { Book, BookOverlay, evolve, type BookEvent, type BookState } from '#domain';
import { FOLD_VERSION, isChunkOf, READ_PAGE_MAXIMUM, SnapshotReader, type LogStore } from '#event-log';

/** What folding reads of the log. */
export type FoldedLog = Pick<LogStore, 'read' | 'snapshots'>;

/** So far behind the asked position a second state is kept, so that what was decided a little earlier is near too. */
const KEPT_BEHIND = 20_000;

/**
 * One org's book as it was at a position of its partition, folded from the log; goes on to later positions, and back a
 * little. After anything that it throws it is of no use any more.
 */
export class FoldedBook {
  readonly #overlay: BookOverlay;
  readonly #needle: Buffer;
  #position: number;

  private constructor(
    private readonly log: FoldedLog,
    private readonly partition: number,
    private readonly org: string,
    private readonly base: Book,
    private start: number,
  ) {
    this.#position = start;
    this.#overlay = new BookOverlay(base);
    this.#needle = Buffer.from(`"org":"${org}"`);
  }

  /** From the newest snapshot at or below the position; from nothing where there is none, or it is not of this log. */
  static async startingBelow(log: FoldedLog, partition: number, org: string, position: number): Promise<FoldedBook> {
    const found = await fromSnapshot(log, partition, org, position).catch(() => undefined);
    return new FoldedBook(log, partition, org, found?.book ?? new Book(), found?.position ?? 0);
  }

  reaches(position: number): boolean {
    return position >= this.start;
  }

  /** The book with every event up to and with this position. To look at, not to change. */
  async at(position: number): Promise<BookState> {
    if (position < this.#position) {
      this.#overlay.discard();
      this.#position = this.start;
    } else if (position - this.start > 2 * KEPT_BEHIND) {
      this.#overlay.merge();
      this.start = this.#position;
    }
    if (this.#position === this.start && position - this.start > KEPT_BEHIND) {
      await this.#fold(this.base, position - KEPT_BEHIND);
      this.start = this.#position;
    }
    await this.#fold(this.#overlay, position);
    return this.#overlay;
  }

  async #fold(state: BookState, upTo: number): Promise<void> {
    let next = this.#page(upTo);
    while (this.#position < upTo) {
      const events = await next;
      const last = events.at(-1)?.position;
      if (last === undefined) throw new Error(`partition ${this.partition} has no event at ${this.#position + 1}`);
      this.#position = last;
      // The database reads on while this is folded.
      next = this.#page(upTo);
      for (const { payload, text } of events) {
        // A look at the bytes spares reading most events of others; a label could have the same bytes.
        if (!payload.includes(this.#needle)) continue;
        const event = JSON.parse(text ?? payload.toString('utf8')) as BookEvent;
        if (event.org === this.org) evolve(state, event);
      }
    }
  }

  #page(upTo: number): ReturnType<FoldedLog['read']> {
    if (this.#position >= upTo) return Promise.resolve([]);
    const page = this.log.read(this.partition, this.#position, Math.min(upTo, this.#position + READ_PAGE_MAXIMUM));
    // Whoever waits for it is told; where nobody does any more, nobody has to be.
    page.catch(() => undefined);
    return page;
  }
}

async function fromSnapshot(log: FoldedLog, partition: number, org: string, upTo: number) {
  const header = await log.snapshots.latest(partition, FOLD_VERSION, upTo);
  if (!header || header.position === 0) return undefined;
  const [event] = await log.read(partition, header.position - 1, header.position);
  if (!event?.hash.equals(header.chain_hash)) return undefined;
  const book = new Book();
  const reader = new SnapshotReader();
  for await (const bytes of log.snapshots.chunks(header)) if (isChunkOf(bytes, org)) reader.take(bytes, () => book);
  return { book, position: header.position };
}
