import { startPrivatePostgres } from '#testing';
import { LiveProjection } from '../src/project/live-projection.js';
import { rebuildReadModels } from '../src/rebuild/rebuild.js';
import { migrateReadModels } from '../src/schema/migrate.js';
import { appendToLog, createLogTable, rawEntry } from './log-table.js';
import { syntheticLog } from './synthetic-log.js';

/** Measures catching up and rebuilding on a durable PostgreSQL of its own; the first argument is the number of payments. */
const payments = Number(process.argv[2] ?? 200_000);
const organizations = Number(process.argv[3] ?? 1);
const sessions = Number(process.argv[4] ?? 60);
const postgres = await startPrivatePostgres({ settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
try {
  await createLogTable(postgres.url);
  await migrateReadModels(postgres.url);
  const log = syntheticLog({ seed: 1, payments, organizations, sessions, agents: Math.ceil(50 / organizations) });
  const events = await appendToLog(
    postgres.url,
    (function* () {
      for (const entry of log) yield rawEntry(entry);
    })(),
  );
  report(`log of ${events} events`);
  const projection = new LiveProjection({ url: postgres.url });
  const started = performance.now();
  const advance = await projection.advance();
  rate('live catch-up', events, started);
  report(JSON.stringify(advance));
  await projection.close();
  for (const compare of [false, false, true]) {
    const phases = new Map<string, number>();
    const result = await rebuildReadModels({
      url: postgres.url,
      compare,
      onProgress: ({ phase }) => {
        if (!phases.has(phase)) phases.set(phase, performance.now());
      },
    });
    const first = phases.get('loading') ?? 0;
    report(
      `rebuild ${result.events_per_second}/s ${JSON.stringify(result)} ${JSON.stringify([...phases].map(([phase, at]) => [phase, Math.round(at - first)]))}`,
    );
  }
} finally {
  await postgres.stop();
}

function rate(what: string, events: number, started: number): void {
  const seconds = (performance.now() - started) / 1000;
  report(`${what}: ${Math.round(events / seconds)} events/s (${seconds.toFixed(1)} s)`);
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
