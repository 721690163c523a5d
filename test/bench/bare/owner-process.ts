import { connect, type Msg } from '@nats-io/transport-node';
import { reportReady } from '#observability';
import pg from 'pg';
import type { BareCommand } from './command.js';

/**
 * Stands where authorization stands and decides nothing: what comes together is one statement, each event goes out on the bus, each
 * command is answered once its events are committed. Arguments: bus and database.
 */
const [nats, database] = process.argv.slice(2) as [string, string];
const bus = await connect({ servers: nats, noAsyncTraces: true });
const client = new pg.Client({ connectionString: database });
await client.connect();

const postings = [
  { debit: 'wal_00000000000070008000000000000001_usd', credit: 'service:tavily:USD', amount: '10000', asset: 'USD' },
];
let position = 0;
let waiting: Msg[] = [];
let running = false;

bus.subscribe('owner', {
  callback(error, message) {
    if (error) throw error;
    waiting.push(message);
    if (running) return;
    running = true;
    setImmediate(() => void run());
  },
});
reportReady(async () => {
  await bus.close();
  await client.end();
});

async function run(): Promise<void> {
  while (waiting.length > 0) {
    const taken = waiting;
    waiting = [];
    await decide(taken);
  }
  running = false;
}

async function decide(messages: readonly Msg[]): Promise<void> {
  const first = position + 1;
  const asked = messages.map((message) => message.json<BareCommand[]>().map(eventsOf));
  const events = asked.flat(2);
  if (events.length > 0) {
    const positions = events.map((_, index) => String(first + index));
    await client.query({
      name: 'append',
      text: 'insert into bare_event (position, payload) select * from unnest($1::bigint[], $2::text[])',
      values: [positions, events],
    });
  }
  for (const event of events) bus.publish('events', event);
  messages.forEach((message, index) => message.respond(`[${asked[index]!.map(answerOf).join()}]`));
}

function eventsOf({ events, ...command }: BareCommand): string[] {
  return Array.from({ length: events }, () => {
    position += 1;
    return JSON.stringify({ ...command, sequence: position, postings, time: Date.now() });
  });
}

function answerOf(events: readonly string[]): string {
  return `{"kind":"recorded","position":"${position}","event":${events.at(-1) ?? 'null'}}`;
}
