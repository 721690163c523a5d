import { readdirSync, readFileSync } from 'node:fs';
import { startPrivatePostgres } from '#testing';
import { LiveProjection } from '../src/project/live-projection.js';
import { rebuildReadModels } from '../src/rebuild/rebuild.js';
import { migrateReadModels } from '../src/schema/migrate.js';
import { appendToLog, createLogTable, rawEntry } from './log-table.js';
import { syntheticLog } from './synthetic-log.js';

/**
 * Measures catching up and rebuilding on a durable PostgreSQL of its own (Linux). Processor time tells more than the clock where
 * the machine has other work: `[payments] [organizations] [sessions]`.
 *
 *     node --conditions=bursar-source --import ./libs/testing/typescript.mjs libs/read-models/test-support/measure.ts 200000
 */
const [payments = 200_000, organizations = 1, sessions = 60] = process.argv.slice(2).map(Number);
const postgres = await startPrivatePostgres({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
try {
  await createLogTable(postgres.url);
  await migrateReadModels(postgres.url);
  const log = syntheticLog({ seed: 1, payments, organizations, sessions, agents: Math.ceil(50 / organizations) });
  const events = await appendToLog(postgres.url, entriesOf(log));
  report(`log of ${events} events`);
  for (const batch_events of [500, 10_000]) {
    const projection = new LiveProjection({ url: postgres.url, batch_events });
    await measured(`catching up, batches of ${batch_events}`, events, () => projection.advance());
    await projection.close();
    if (batch_events === 500) await forget(postgres.url);
  }
  await measured('rebuild', events, () => rebuildReadModels({ url: postgres.url, compare: false }));
} finally {
  await postgres.stop();
}

function* entriesOf(log: ReturnType<typeof syntheticLog>) {
  for (const entry of log) yield rawEntry(entry);
}

/** Empties the live tables by making them anew. */
async function forget(url: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('drop schema bursar_read cascade');
  await client.end();
  await migrateReadModels(url);
}

async function measured(what: string, events: number, work: () => Promise<unknown>): Promise<void> {
  const before = { clock: performance.now(), node: process.cpuUsage(), postgres: postgresSeconds() };
  await work();
  const seconds = (performance.now() - before.clock) / 1000;
  const { user, system } = process.cpuUsage(before.node);
  const microseconds = (cpu: number) => `${((cpu * 1e6) / events).toFixed(1)} µs`;
  report(
    `${what}: ${Math.round(events / seconds)} events/s; processor time per event: ` +
      `Node ${microseconds((user + system) / 1e6)}, PostgreSQL ${microseconds(postgresSeconds() - before.postgres)}`,
  );
}

/** User and system time of the server and its processes, also of those that have ended. */
function postgresSeconds(): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      continue;
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (pid !== String(postgres.pid) && fields[1] !== String(postgres.pid)) continue;
    const own = Number(fields[11]) + Number(fields[12]);
    ticks += pid === String(postgres.pid) ? own + Number(fields[13]) + Number(fields[14]) : own;
  }
  return ticks / 100;
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
