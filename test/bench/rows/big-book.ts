import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BursarClient } from '#client';
import { inheritedEnvironment } from '#config';
import { migrateEventLog, PostgresLogStore } from '#event-log';
import { startPostgres } from '#embedded';
import { FIRST_ORGANIZATION } from '#security';
import { makeSnapshots } from '../../../apps/authorization/src/snapshots/make-snapshots.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { LogFiller } from '../fill-log.js';
import { newOrganization, session } from '../histories.js';
import { seenInReports } from '../load.js';
import { residentMemory } from '../processes.js';
import { median, type Row } from '../report.js';

const AGENTS = 100_000;
const SESSIONS = 1_000_000;
const TARGETS = { memory_mib: 1536, start_s: 20, pause_ms: 50 };
const HASH = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

interface Measured {
  start_s: number;
  memory_mib: number;
  /** The slowest answer of the owner without and while a snapshot is made, and how many were asked for meanwhile. */
  before_ms: number;
  during_ms: number;
  asked: number;
}

/** A million open sessions and a hundred thousand agents in one book: memory, start, and pauses while a snapshot is made. */
export async function bigBook(runs: number): Promise<Row[]> {
  const empty = await startInstance();
  const { dataDirectory } = empty;
  await empty.stop();
  try {
    await fill(dataDirectory);
    const measured: Measured[] = [];
    for (let run = 0; run < runs; run++) measured.push(await measure(dataDirectory));
    return rowsOf(measured);
  } finally {
    empty.remove();
  }
}

async function measure(dataDirectory: string): Promise<Measured> {
  const begin = performance.now();
  const instance = await startInstance({ dataDirectory });
  const start_s = (performance.now() - begin) / 1000;
  try {
    // The first time, the views follow a million events first, which is not what is measured here.
    await seenInReports(new BursarClient({ url: instance.url, token: instance.adminKey }), AGENTS + SESSIONS, 600_000);
    const pauses = await pausesDuringSnapshot(instance);
    return { start_s, memory_mib: residentMemory(instance.process.pid, 'gateway'), ...pauses };
  } finally {
    await instance.stop();
  }
}

function rowsOf(measured: readonly Measured[]): Row[] {
  const conditions = `${SESSIONS.toLocaleString('en')} open sessions, ${AGENTS.toLocaleString('en')} agents in one book`;
  const row = (name: string, runs: number[], unit: string, most: number, more = ''): Row => ({
    name,
    runs,
    unit,
    target: `≤ ${most} ${unit}`,
    reached: median(runs) <= most,
    limit: 'gateway',
    conditions: conditions + more,
  });
  const without = median(measured.map((one) => one.before_ms)).toFixed(0);
  const asked = Math.min(...measured.map((one) => one.asked));
  return [
    row(
      'owner memory',
      measured.map((one) => one.memory_mib),
      'MiB',
      TARGETS.memory_mib,
    ),
    row(
      'start from snapshot',
      measured.map((one) => one.start_s),
      's',
      TARGETS.start_s,
      '; all servers and services included',
    ),
    row(
      'longest pause during a snapshot',
      measured.map((one) => one.during_ms),
      'ms',
      TARGETS.pause_ms,
      `; slowest of at least ${asked} HTTP questions in a row to the owner (without a snapshot: ${without} ms)`,
    ),
  ];
}

async function fill(dataDirectory: string): Promise<void> {
  const postgres = await startPostgres({ dataDirectory: `${dataDirectory}/postgres` });
  await migrateEventLog(postgres.url);
  const log = await PostgresLogStore.open({ url: postgres.url });
  const filler = await LogFiller.open(log, FIRST_ORGANIZATION);
  if (filler.position === 0) await filler.take(newOrganization(), Date.now());
  const agents: string[] = [];
  for (let index = 0; index < AGENTS; index++) {
    const limits = [{ of: 'amount', per: 'day', maximum: '25000000', asset: 'USD' }];
    agents.push(
      `agt_${await filler.take({ type: 'agent.register', handle: `big-${index}`, limits, funding: 'treasury', token_hash: HASH }, Date.now())}`,
    );
  }
  // Ten thousand pieces of work, each with its children.
  let root = '';
  for (let index = 0; index < SESSIONS; index++) {
    const own = index % 100 === 0;
    const fields = own ? { labels: { goal: `goal-${index / 100}` } } : { parent_session_id: root };
    const id = `ses_${await filler.take(session({ ...fields, agent: agents[index % AGENTS] }), Date.now())}`;
    if (own) root = id;
  }
  await filler.close();
  await makeSnapshots(log, 1);
  await log.close();
  await postgres.stop();
}

/** Asks the owner one question after the other and keeps the slowest answer, before and while a snapshot is made. */
async function pausesDuringSnapshot(
  instance: Instance,
): Promise<{ before_ms: number; during_ms: number; asked: number }> {
  const before = await slowestAnswer(instance, () => setTimeout(10_000));
  // Something to make a snapshot of: what is not longer than its last one gets none.
  await new BursarClient({ url: instance.url, token: instance.adminKey }).sessions.open({ budget: 1 });
  const file = fileURLToPath(new URL('../../../apps/authorization/src/snapshots/snapshot-process.js', import.meta.url));
  const during = await slowestAnswer(instance, async () => {
    const child = fork(file, ['1'], {
      env: {
        ...inheritedEnvironment(),
        DATABASE_URL: instance.databaseUrl,
        NATS_URL: instance.natsUrl,
        BURSAR_NATS_SERVICE_PASSWORD: 'unused',
      },
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`no snapshot was made: ${code}`);
  });
  return { before_ms: before.slowest_ms, during_ms: during.slowest_ms, asked: during.asked };
}

interface Probed {
  slowest_ms: number;
  asked: number;
}

async function slowestAnswer(instance: Instance, until: () => Promise<unknown>): Promise<Probed> {
  const file = fileURLToPath(new URL('../probe-process.js', import.meta.url));
  const probe = fork(file, [instance.url, instance.adminKey]);
  const ended = new Promise<never>((_, reject) => {
    probe.once('exit', (code) => reject(new Error(`the probe ended with ${code}`)));
  });
  // Its end after its figures is no news, and is waited for by nobody then.
  ended.catch(() => undefined);
  await Promise.race([once(probe, 'message'), ended]);
  const figures = once(probe, 'message') as Promise<[Probed]>;
  const probed = Promise.race([figures.then(([one]) => one), ended]);
  probed.catch(() => undefined);
  await until();
  probe.send('stop');
  return probed;
}
