import type { Totals, UsageQuestion } from '#domain';
import type { LogStore } from '#event-log';
import type { Clock, PublishedEvent, Scheduler } from '../ports.js';
import type { OwnedPartition } from './partition.js';
import { UsageReading } from './usage-reading.js';
import { isQuery, type Work } from './work.js';

export interface AwaitedFiguresParts {
  log: LogStore;
  clock: Clock;
  scheduler: Scheduler;
  /** Works that can be decided now, or have waited for too long. */
  ready: (works: readonly Work[]) => void;
  /** Works whose figures cannot be read. */
  failed: (works: readonly Work[]) => void;
  alarm: (message: string, error: unknown) => void;
}

/** Most works that wait for figures, which only operators ask for. */
const WAITING_MAXIMUM = 256;
/** How long a figure is kept up to date for whoever asks again, say after a deadline that was too short. */
const KEPT_MS = 60_000;

interface Waiting {
  work: Work;
  readings: readonly UsageReading[];
}

/**
 * The figures that only the log knows, and the works that wait for them outside of the cycles: others are decided meanwhile
 * (promise 6). One page of one reading is read at a time, and cycles run between pages.
 */
export class AwaitedFigures {
  readonly #parts: AwaitedFiguresParts;
  #readings: UsageReading[] = [];
  #waiting: Waiting[] = [];
  #isReading = false;

  constructor(parts: AwaitedFiguresParts) {
    this.#parts = parts;
  }

  get full(): boolean {
    return this.#waiting.length >= WAITING_MAXIMUM;
  }

  /** As of everything that is committed; undefined where it is still to be read. */
  figureOf(partition: OwnedPartition, org: string, question: UsageQuestion): Totals | undefined {
    const reading = this.#find(partition, org, question);
    return reading?.kept_from === undefined ? undefined : reading.figureSince(question.since);
  }

  /** Has the figures read, and hands the work back when they are there. The same figure is read once, whoever waits for it. */
  wait(work: Work, partition: OwnedPartition, questions: readonly UsageQuestion[]): void {
    this.#forgetOld();
    const { org } = work.request;
    const readings = questions.map((question) => {
      const known = this.#find(partition, org, question);
      if (known) return known;
      const reading = new UsageReading(partition, org, question);
      this.#readings.push(reading);
      return reading;
    });
    this.#waiting.push({ work, readings });
    void this.#readAll();
  }

  /** What a cycle has committed, told in the same step in which the books take it over. */
  committed(pinned: ReadonlyMap<number, OwnedPartition>, events: readonly PublishedEvent[]): void {
    if (this.#readings.length === 0) return;
    this.#forgetOld();
    for (const reading of this.#readings)
      for (const { partition, event } of events)
        if (pinned.get(partition) === reading.partition) reading.committed(event);
  }

  /** Ends what is read for these partitions; answers with the works that waited for it. */
  takeOut(partitions: ReadonlySet<number>): Work[] {
    for (const reading of this.#readings) reading.cancelled ||= partitions.has(reading.partition.partition);
    this.#readings = this.#readings.filter((reading) => !reading.cancelled);
    return this.#take(({ work }) => partitions.has(work.partition));
  }

  #find(partition: OwnedPartition, org: string, question: UsageQuestion): UsageReading | undefined {
    return this.#readings.find((reading) => reading.answers(partition, org, question));
  }

  #forgetOld(): void {
    const before = this.#parts.clock.now() - KEPT_MS;
    const isWanted = (reading: UsageReading): boolean =>
      this.#waiting.some(({ readings }) => readings.includes(reading));
    this.#readings = this.#readings.filter((one) => (one.kept_from ?? Infinity) >= before || isWanted(one));
  }

  #take(which: (waiting: Waiting) => boolean): Work[] {
    const taken = this.#waiting.filter(which);
    this.#waiting = this.#waiting.filter((waiting) => !taken.includes(waiting));
    return taken.map(({ work }) => work);
  }

  async #readAll(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const next = (): UsageReading | undefined => this.#readings.find(({ kept_from }) => kept_from === undefined);
    for (let reading; (reading = next());) await this.#read(reading);
    this.#isReading = false;
  }

  async #read(reading: UsageReading): Promise<void> {
    const { log, clock, alarm, ready, failed } = this.#parts;
    try {
      while (!reading.cancelled && (await reading.readPage(log))) await this.#betweenPages();
      if (reading.cancelled) return;
      reading.kept_from = clock.now();
      const isReady = ({ readings }: Waiting): boolean => readings.every(({ kept_from }) => kept_from !== undefined);
      for (const { readings } of this.#waiting.filter(isReady))
        for (const one of readings) one.kept_from = reading.kept_from;
      ready(this.#take(isReady));
    } catch (error) {
      if (reading.cancelled) return;
      alarm('what a new limit starts from could not be read', error);
      reading.cancelled = true;
      this.#readings = this.#readings.filter((one) => one !== reading);
      failed(this.#take(({ readings }) => readings.includes(reading)));
    }
  }

  /** Lets cycles run, and with them those whose deadline has passed: they are refused there. */
  #betweenPages(): Promise<void> {
    const now = this.#parts.clock.now();
    const late = this.#take(({ work: { request } }) => !isQuery(request) && (request.deadline ?? Infinity) < now);
    if (late.length > 0) this.#parts.ready(late);
    return new Promise((resolve) => this.#parts.scheduler.soon(resolve));
  }
}
