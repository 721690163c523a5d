import type { LogStore } from '#event-log';
import { READ_PAGE_MAXIMUM } from '#event-log';
import type { Scheduler, EventOutlet, PublishedEvent } from '../ports.js';
import { readEvent } from '../owner/read-event.js';

/** Publishes events in order and resolves when the stream has them all; rejects where it may not. */
export interface EventPublisher {
  publish(events: readonly PublishedEvent[]): Promise<void>;
}

export interface RelayParts {
  log: LogStore;
  publisher: EventPublisher;
  scheduler: Scheduler;
  alarm: (message: string, error: unknown) => void;
}

interface Progress {
  /** Published up to here. */
  published: number;
  /** Committed up to here. */
  committed: number;
  saved: number;
  fresh: PublishedEvent[];
}

const FRESH_MAXIMUM = 20_000;
const BATCH_MAXIMUM = 1_000;
const SAVE_EVERY_MS = 1_000;
const RETRY_MS = 500;
/**
 * Before a batch, unless a whole one waits: each costs the server, and whoever reads the stream, as much as several events do, and the work of
 * both would be done while those that have paid wait for their answers (decision 086).
 */
const PAUSE_MS = 10;

/**
 * Carries committed events to the stream EVENTS, partition by partition in order (D9). Spending never waits for it: what it
 * cannot keep in memory it reads from the log later. A restarted relay begins at the saved watermark; the stream drops
 * what it has already, by message id.
 */
export class Relay implements EventOutlet {
  readonly #parts: RelayParts;
  readonly #progress = new Map<number, Progress>();
  #running: Promise<void> | undefined;
  #stopped = false;
  #saving: (() => void) | undefined;
  #goOn: (() => void) | undefined;

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Begins to carry a partition, from its watermark up to its head and on. */
  begin(partition: number, watermark: number, head: number): void {
    this.#progress.set(partition, { published: watermark, committed: head, saved: watermark, fresh: [] });
    if (head > watermark) this.#wake();
  }

  end(partition: number): void {
    this.#progress.delete(partition);
  }

  /** Events committed and not yet in the stream. */
  get lag(): number {
    let lag = 0;
    for (const { committed, published } of this.#progress.values()) lag += committed - published;
    return lag;
  }

  committed(events: readonly PublishedEvent[]): void {
    for (const event of events) {
      const progress = this.#progress.get(event.partition);
      if (!progress) continue;
      const follows = progress.fresh.length === 0 || progress.fresh.at(-1)!.position === event.position - 1;
      // A cycle that ends after its partition was lost and won again tells of what lies behind by now.
      progress.committed = Math.max(progress.committed, event.position);
      if (progress.fresh.length < FRESH_MAXIMUM && follows) progress.fresh.push(event);
    }
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#saving?.();
    this.#goOn?.();
    await this.#running;
    await this.#save().catch(() => undefined);
  }

  #wake(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.lag > 0 && !this.#stopped) this.#parts.scheduler.after(0, () => this.#wake());
    });
  }

  async #run(): Promise<void> {
    while (this.lag > 0 && !this.#stopped) {
      try {
        if (this.lag < BATCH_MAXIMUM) await this.#pause(PAUSE_MS);
        await this.#carry();
        // What came meanwhile, for which nobody would come.
        if (this.#stopped && this.lag > 0) await this.#carry();
      } catch (error) {
        this.#parts.alarm('events could not be published; they will be', error);
        await this.#pause(RETRY_MS);
      }
    }
  }

  /** Ends early where it is to stop. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.scheduler.after(milliseconds, resolve);
      this.#goOn = () => {
        cancel();
        resolve();
      };
    });
  }

  /**
   * One batch of every partition that lags, together: many small partitions cost no more round trips than one.
   */
  async #carry(): Promise<void> {
    const batches = new Map<Progress, PublishedEvent[]>();
    for (const [partition, progress] of this.#progress)
      if (progress.published < progress.committed)
        batches.set(progress, inMemory(progress) ?? (await this.#inLog(partition, progress)));
    await this.#parts.publisher.publish([...batches.values()].flat());
    for (const [progress, batch] of batches) {
      progress.published = Math.max(progress.published, batch.at(-1)!.position);
      progress.fresh = progress.fresh.filter((event) => event.position > progress.published);
    }
    this.#saving ??= this.#parts.scheduler.after(SAVE_EVERY_MS, () => {
      this.#saving = undefined;
      void this.#save().catch((error: unknown) => this.#parts.alarm('the relay cannot note how far it is', error));
    });
  }

  async #inLog(partition: number, progress: Progress): Promise<PublishedEvent[]> {
    const upTo = Math.min(progress.committed, progress.published + Math.min(BATCH_MAXIMUM, READ_PAGE_MAXIMUM));
    const page = await this.#parts.log.read(partition, progress.published, upTo);
    if (page.length === 0)
      throw new Error(`the log has no event after ${progress.published} in partition ${partition}`);
    return page.map((logged) => {
      const { position, payload } = logged;
      return { partition, position, payload, event: readEvent(logged) };
    });
  }

  async #save(): Promise<void> {
    for (const [partition, progress] of this.#progress) {
      if (progress.saved === progress.published) continue;
      const published = progress.published;
      await this.#parts.log.watermarks.advance(partition, published);
      progress.saved = published;
    }
  }
}

/** Undefined where the next event is not in memory. */
function inMemory({ fresh, published }: Progress): PublishedEvent[] | undefined {
  const [first] = fresh;
  if (!first || first.position > published + 1) return undefined;
  const known = fresh.filter((event) => event.position > published).slice(0, BATCH_MAXIMUM);
  return known.length > 0 ? known : undefined;
}
