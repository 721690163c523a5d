import { chainHash, genesisHash } from '../chain.js';
import type { Checkpoint } from '../checkpoints.js';
import type { IndexRows, LoggedEvent, LogStore } from '../store.js';
import { BookOrder } from './book-order.js';
import { parseOutline, skim, type EventOutline } from './event-outline.js';
import { IndexCheck, type OutlinedEvent } from './index-check.js';
import { LogFaultFound, type LogFaultKind } from './log-fault.js';
import type { Mark } from './marks.js';

const EVENTS_PER_PAGE = 4_096;
/** Lookups of one statement in deep mode. */
const EVENTS_PER_LOOKUP = 1_024;

export interface VerifiedPartition {
  partition: number;
  /** The last position verified, and its hash. */
  position: number;
  hash: Buffer;
  /** Index rows that the events made; deep mode only. */
  index_rows?: IndexRows;
}

/** One pass over a partition, holding one page and the next. */
export class PartitionVerification {
  position = 0;
  #hash: Buffer;
  #checkpoints: Checkpoint[] = [];
  #checkpointsReadTo = 0;
  readonly #books = new BookOrder();
  readonly #index: IndexCheck | undefined;

  constructor(
    private readonly log: LogStore,
    private readonly partition: number,
    private readonly mark: Mark | undefined,
    deep: boolean,
  ) {
    this.#hash = genesisHash(partition);
    this.#index = deep ? new IndexCheck(log, partition) : undefined;
  }

  /** @throws LogFaultFound at the first fault. */
  async run(head: number, onPage: (position: number) => void): Promise<VerifiedPartition> {
    if (this.mark && head < this.mark.position) {
      const detail = `the log ends at ${head}, but a ${this.mark.seen} has seen ${this.mark.position}`;
      throw this.#fault('behind_mark', head + 1, detail);
    }
    let next = this.#page(0, head);
    while (this.position < head) {
      const page = await next;
      const end = Math.min(this.position + EVENTS_PER_PAGE, head);
      // The database reads the next page while this one is hashed.
      next = this.#page(end, head);
      next.catch(() => undefined);
      await this.#checkPage(page, end);
      onPage(this.position);
    }
    const { partition, position } = this;
    return { partition, position, hash: this.#hash, ...(this.#index ? { index_rows: this.#index.rows } : {}) };
  }

  #page(after: number, head: number): Promise<LoggedEvent[]> {
    if (after >= head) return Promise.resolve([]);
    return this.log.read(this.partition, after, Math.min(after + EVENTS_PER_PAGE, head));
  }

  async #checkPage(page: readonly LoggedEvent[], end: number): Promise<void> {
    await this.#readCheckpoints(end);
    const outlined: OutlinedEvent[] = [];
    for (const event of page) {
      const outline = this.#checkEvent(event);
      if (this.#index) outlined.push({ position: event.position, outline });
    }
    if (this.position < end) throw this.#fault('missing', this.position + 1, 'there is no event at this position');
    for (let start = 0; start < outlined.length; start += EVENTS_PER_LOOKUP) {
      await this.#index!.check(outlined.slice(start, start + EVENTS_PER_LOOKUP));
    }
  }

  #checkEvent(event: LoggedEvent): EventOutline {
    const expected = this.position + 1;
    if (event.position !== expected) {
      throw this.#fault('missing', expected, `there is no event at this position; the next one is ${event.position}`);
    }
    const hash = chainHash(this.#hash, event.payload);
    if (!hash.equals(event.hash)) {
      const detail = `the bytes after the event before them hash to ${hex(hash)}, recorded is ${hex(event.hash)}`;
      throw this.#fault('hash_mismatch', expected, detail);
    }
    const outline = this.#outline(event);
    const fault = this.#books.faultOfNext(outline);
    if (fault) throw this.#fault(fault.kind, expected, fault.detail);
    this.#checkCheckpoint(expected, hash);
    this.position = expected;
    this.#hash = hash;
    return outline;
  }

  #outline(event: LoggedEvent): EventOutline {
    const skimmed = this.#index ? undefined : skim(event.payload);
    if (skimmed) return skimmed;
    const parsed = parseOutline(event.payload);
    if ('fault' in parsed) throw this.#fault(parsed.fault, event.position, parsed.detail);
    return parsed;
  }

  #checkCheckpoint(position: number, hash: Buffer): void {
    while (this.#checkpoints[0] && this.#checkpoints[0].position <= position) {
      const checkpoint = this.#checkpoints.shift()!;
      if (checkpoint.position === position && !checkpoint.hash.equals(hash)) {
        const detail = `a checkpoint has seen ${hex(checkpoint.hash)} here, the chain now has ${hex(hash)}`;
        throw this.#fault('checkpoint_mismatch', position, detail);
      }
    }
  }

  /** So that all checkpoints up to `end` are at hand. */
  async #readCheckpoints(end: number): Promise<void> {
    while (this.#checkpointsReadTo < end) {
      const more = await this.log.checkpoints.list(this.partition, this.#checkpointsReadTo);
      this.#checkpoints.push(...more);
      this.#checkpointsReadTo = more.at(-1)?.position ?? Infinity;
    }
  }

  #fault(kind: LogFaultKind, position: number, detail: string): LogFaultFound {
    return new LogFaultFound({ partition: this.partition, position, kind, detail });
  }
}

function hex(hash: Buffer): string {
  return `${hash.toString('hex', 0, 8)}…`;
}
