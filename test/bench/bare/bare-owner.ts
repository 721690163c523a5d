import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import type { BareCommand } from './command.js';

interface Waiting {
  command: BareCommand;
  resolve: (answer: string) => void;
  reject: (error: unknown) => void;
}

const postings = [
  { debit: 'wal_00000000000070008000000000000001_usd', credit: 'service:tavily:USD', amount: '10000', asset: 'USD' },
];

/**
 * Stands where authorization stands, in the gateway's process as in Bursar's own start, and decides nothing: what comes together, or
 * while another batch is written, is one statement; each event goes out on the bus, each command is answered once its events are committed.
 */
export class BareOwner {
  #position = 0;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(
    private readonly bus: NatsConnection,
    private readonly client: pg.Client,
  ) {}

  ask(command: BareCommand): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const taken = this.#waiting;
      this.#waiting = [];
      await this.#decide(taken).catch((error: unknown) => taken.forEach(({ reject }) => reject(error)));
    }
    this.#running = false;
  }

  async #decide(taken: readonly Waiting[]): Promise<void> {
    const first = this.#position + 1;
    const asked = taken.map(({ command }) => this.#eventsOf(command));
    const events = asked.flat();
    if (events.length > 0) {
      const positions = events.map((_, index) => String(first + index));
      await this.client.query({
        name: 'append',
        text: 'insert into bare_event (position, payload) select * from unnest($1::bigint[], $2::text[])',
        values: [positions, events],
      });
    }
    for (const event of events) this.bus.publish('events', event);
    taken.forEach(({ resolve }, index) => resolve(this.#answerOf(asked[index]!)));
  }

  #eventsOf({ events, ...command }: BareCommand): string[] {
    return Array.from({ length: events }, () => {
      this.#position += 1;
      return JSON.stringify({ ...command, sequence: this.#position, postings, time: Date.now() });
    });
  }

  #answerOf(events: readonly string[]): string {
    return `{"kind":"recorded","position":"${this.#position}","event":${events.at(-1) ?? 'null'}}`;
  }
}
