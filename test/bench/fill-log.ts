import { partitionOf } from '#contracts';
import {
  Book,
  boundKeyOf,
  CycleFacts,
  decide,
  DEFAULT_DECIDE_SETTINGS,
  evolve,
  type Command,
  type Decision,
} from '#domain';
import { canonicalBytes, chainHash, type AppendRecord, type LogHead, type LogStore } from '#event-log';
import { freshId } from '#security';

const BATCH = 2_000;

/**
 * Writes a long history into the log by the book's own `decide` and `evolve`, in large batches and without the services:
 * what a benchmark needs that begins at millions of events. Nobody else may own the partition meanwhile.
 */
export class LogFiller {
  #facts = new CycleFacts();
  readonly #partition: number;
  #head!: LogHead;
  #epochs!: ReadonlyMap<number, number>;
  #batch: AppendRecord[] = [];

  private constructor(
    readonly log: LogStore,
    readonly org: string,
    readonly book: Book,
    readonly owner: string,
  ) {
    this.#partition = partitionOf(org);
  }

  static async open(log: LogStore, org: string): Promise<LogFiller> {
    const owner = `filler:${freshId()}`;
    const filler = new LogFiller(log, org, new Book(), owner);
    filler.#epochs = await log.leases.claim(owner, [filler.#partition], 3_600_000);
    if (filler.#epochs.size === 0) throw new Error(`partition ${filler.#partition} is owned by somebody`);
    filler.#head = await log.head(filler.#partition);
    for (let after = 0; after < filler.#head.position; after += 10_000)
      for (const { payload } of await log.read(
        filler.#partition,
        after,
        Math.min(after + 10_000, filler.#head.position),
      )) {
        const event = JSON.parse(payload.toString('utf8')) as Parameters<typeof evolve>[1];
        // Another book of the same partition is not this history's.
        if (event.org === org) evolve(filler.book, event);
      }
    return filler;
  }

  get position(): number {
    return this.#head.position;
  }

  /** Decides one command as the org's owner would and keeps its events for the next batch. */
  async take(
    fields: Omit<Command, 'org' | 'credential' | 'fresh_id'> & Record<string, unknown>,
    now: number,
  ): Promise<string> {
    const fresh_id = freshId();
    const command = {
      credential: { subject: 'owner', proven_by: 'owner' },
      ...fields,
      org: this.org,
      fresh_id,
    } as unknown as Command;
    this.#learnThatKeyIsFree(command);
    const decision: Decision = decide(this.book, this.#facts, command, now, DEFAULT_DECIDE_SETTINGS);
    if (decision.kind !== 'record') throw new Error(`a history is not taken: ${JSON.stringify(decision)}`);
    for (const event of decision.events) {
      const payload = canonicalBytes(event);
      this.#head = { position: this.#head.position + 1, hash: chainHash(this.#head.hash, payload) };
      const record: AppendRecord = {
        partition: this.#partition,
        position: this.#head.position,
        payload,
        hash: this.#head.hash,
      };
      const key = boundKeyOf(event);
      if (key) record.key = key;
      if ('payment_id' in event) record.payment_id = event.payment_id;
      this.#batch.push(record);
      evolve(this.book, event);
    }
    if (this.#batch.length >= BATCH) await this.flush();
    return fresh_id;
  }

  /** A history's keys are its own: none was bound before. */
  #learnThatKeyIsFree(command: Command): void {
    if (command.key === undefined) return;
    const scope = command.type === 'payment.authorize' ? command.agent! : this.org;
    this.#facts = new CycleFacts();
    this.#facts.learnKey(scope, command.key, null);
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    await this.log.append(this.#epochs, batch);
  }

  async close(): Promise<void> {
    await this.flush();
    // Counts as published: a relay that catches up on millions of events is not what is measured afterwards.
    await this.log.watermarks.advance(this.#partition, this.#head.position);
    await this.log.leases.release(this.owner, this.#epochs);
  }
}
