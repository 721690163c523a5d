import pg from 'pg';
import { startPostgres } from '#embedded';
import { PostgresLogStore } from '#event-log';
import { FIRST_ORGANIZATION } from '#security';
import { BursarBus, BursarClient } from '#client';
import { makeSnapshots } from '../../../apps/authorization/src/snapshots/make-snapshots.js';
import { startInstance, type Instance } from '../../support/instance.js';
import { LogFiller } from '../fill-log.js';
import { openOffice, payInOffice } from '../histories.js';
import { mismatches, publishAndSee, seenInReports } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';
import { registerAgents } from './bus.js';

const EVENTS = 5_000_000;
const PAYMENTS = 60_000;
const IN_FLIGHT = 3_000;
const SETTINGS = { BURSAR_INITIAL_CREDITS: '100000000' };

/** The hot row once more, on a fresh log and on one of five million events. */
export async function longLog(runs: number): Promise<Row[]> {
  const fresh = await startInstance({ settings: SETTINGS });
  const before = await hot(fresh, runs);
  const { dataDirectory } = fresh;
  await fresh.stop();
  await fill(dataDirectory);
  const instance = await startInstance({ dataDirectory, settings: SETTINGS });
  try {
    const client = new BursarClient({ url: instance.url, token: instance.adminKey });
    // The views follow five million events first; that is the rebuild row's business, not this one's.
    await seenInReports(client, EVENTS, 600_000);
    await atRest(instance.databaseUrl);
    const after = await hot(instance, runs);
    const wrong = await mismatches(instance);
    const conditions = `50 agents under one budget, ${PAYMENTS.toLocaleString('en')} payments a run, until visible in reports`;
    return [
      { name: 'hot row, fresh log', runs: before.rates, unit: 'payments/s', limit: before.limit, conditions },
      {
        name: 'hot row after 5,000,000 events',
        runs: after.rates,
        unit: 'payments/s',
        target: 'within 10 % of the fresh figure',
        reached: median(after.rates) >= 0.9 * median(before.rates),
        limit: after.limit,
        conditions,
        mismatches: wrong,
      },
    ];
  } finally {
    await instance.stop();
    instance.remove();
  }
}

async function fill(dataDirectory: string): Promise<void> {
  const postgres = await startPostgres({ dataDirectory: `${dataDirectory}/postgres` });
  const log = await PostgresLogStore.open({ url: postgres.url });
  const filler = await LogFiller.open(log, FIRST_ORGANIZATION);
  await payInOffice(filler, await openOffice(filler, 50), EVENTS - filler.position);
  await filler.close();
  await makeSnapshots(log, 1);
  await log.close();
  await postgres.stop();
}

/** Five million rows written at once leave a checkpoint and a vacuum behind: the price of writing them, not of having them. */
async function atRest(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('checkpoint');
  for (let quiet = 0, waited = 0; quiet < 5 && waited < 180; quiet++, waited++) {
    const { rowCount } = await client.query(`select 1 from pg_stat_activity where backend_type = 'autovacuum worker'`);
    if (rowCount) quiet = -1;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  await client.end();
}

let opened = 0;

async function hot(instance: Instance, runs: number): Promise<{ rates: number[]; limit: string }> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const bus = await BursarBus.connect({ url: instance.natsUrl, token: instance.adminKey });
  try {
    const agents = await registerAgents(client, `long-${opened++}`, 50);
    const { session_id } = await client.sessions.open({ budget: 1_000_000 });
    const intent = (index: number) => ({
      agent_id: agents[index % 50]!,
      payee: agents[(index + 1) % 50]!,
      amount: '0.001',
      capture: true,
      session_id,
    });
    const rates: number[] = [];
    let limit = '';
    for (let run = 0; run <= runs; run++) {
      const stretch = await publishAndSee(instance, [{ bus, intent }], PAYMENTS, IN_FLIGHT, (positions) =>
        seenInReports(client, Math.max(...positions.values())),
      );
      if (run > 0) rates.push(stretch.per_second);
      limit = busiest(stretch.shares);
    }
    return { rates, limit };
  } finally {
    await bus.close();
  }
}
