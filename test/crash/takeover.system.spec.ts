import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BursarClient } from '#client';
import { partitionOf } from '#contracts';
import { findFreePort } from '#embedded';
import { PostgresLogStore, verifyLog } from '#event-log';
import { FIRST_ORGANIZATION } from '#security';
import { startServiceProcess, type ServiceProcess } from '#testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startInstance, type Instance } from '../support/instance.js';
import { Callers, LONGEST_HOLD_SECONDS, setScene } from './callers.js';
import { foldPartition, type Folded } from './fold.js';
import { answered, pause, pidOf } from './kills.js';
import { missingInLog, seconds, summaryOf } from './verdict.js';

/**
 * Two owners on one log, under load: the one that owns the books is put to sleep by SIGSTOP, the other takes over when the
 * lease has run out, and then the first wakes up in the middle of what it was doing. One owner is in the process of a gateway, which
 * asks the other over the bus while that has the books; a gateway of its own asks both over the bus.
 */
const LEASE_MS = 1_000;
const NAPS = 3;
const CALLERS = 16;

let instance: Instance;
let second: ServiceProcess;
let gateway: ServiceProcess;
let callers: Callers;
let log: PostgresLogStore;
let folded: Folded;
/** From SIGSTOP to the next answers, of each nap. */
const failover_ms: number[] = [];
const owners: string[] = [];

beforeAll(async () => {
  const settings = { BURSAR_PORT: String(await findFreePort()), BURSAR_LEASE_MS: String(LEASE_MS) };
  instance = await startInstance({ settings });
  const secrets = JSON.parse(readFileSync(join(instance.dataDirectory, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const environment = {
    DATABASE_URL: instance.databaseUrl,
    NATS_URL: instance.natsUrl,
    BURSAR_NATS_SERVICE_PASSWORD: secrets['natsServicePassword']!,
    BURSAR_LOG_LEVEL: 'warn',
  };
  second = await startServiceProcess({
    file: 'apps/authorization/src/main.ts',
    environment: {
      ...environment,
      BURSAR_NATS_ISSUER_SEED: secrets['natsIssuerSeed']!,
      BURSAR_LEASE_MS: String(LEASE_MS),
    },
  });
  const port = String(await findFreePort());
  gateway = await startServiceProcess({
    file: 'apps/gateway/src/main.ts',
    environment: { ...environment, BURSAR_PORT: port },
  });
  log = await PostgresLogStore.open({ url: instance.databaseUrl, role: 'bursar_reader' });
  callers = new Callers({ ...instance, url: `http://127.0.0.1:${port}` }, await setScene(instance), 20_261_120);
  await callers.begin(CALLERS);
  const answers = () => callers.told.length;
  await answered(answers);
  const pids = [pidOf(instance, 'gateway')!, second.pid];
  for (let nap = 0; nap < NAPS; nap += 1) {
    owners.push(await owner());
    const sleeper = pids.find((pid) => owners.at(-1)!.includes(`:${pid}:`))!;
    process.kill(sleeper, 'SIGSTOP');
    const begin = performance.now();
    await pause(LEASE_MS / 2);
    await answered(answers);
    failover_ms.push(performance.now() - begin);
    process.kill(sleeper, 'SIGCONT');
    await answered(answers);
    await pause(1_000);
  }
  await callers.end();
  await pause(LONGEST_HOLD_SECONDS * 1000 + 1_500);
  folded = await foldPartition(log, partitionOf(FIRST_ORGANIZATION));
  const failovers = failover_ms.map(seconds).join(', ');
  process.stdout.write(`answers again after ${failovers}; ${summaryOf(callers.told, folded, 0)}\n`);
}, 180_000);

afterAll(async () => {
  await callers?.abandon();
  await log?.close();
  await gateway?.stop();
  await second?.stop();
  await instance?.stop();
  instance?.remove();
});

/** Who owns the partition of the callers' org: `host:pid:run`. */
async function owner(): Promise<string> {
  const leases = await log.leases.list();
  return leases.find(({ partition }) => partition === partitionOf(FIRST_ORGANIZATION))!.owner;
}

describe('An owner that sleeps for longer than its lease under load, and wakes up', () => {
  it('the other owner takes over each time, within the lease and some seconds', async () => {
    expect(new Set([...owners, await owner()]).size).toBeGreaterThan(1);
    for (const elapsed of failover_ms) expect(elapsed).toBeLessThan(LEASE_MS + 9_000);
  });

  it('C1: every caller had an answer, and what it was told stands in the log exactly once', () => {
    expect(callers.unanswered).toEqual([]);
    expect(missingInLog(callers.told, folded)).toEqual([]);
    expect([...folded.keys].filter(([, { times }]) => times > 1)).toEqual([]);
  });

  it('A1 A2 D1: two owners never passed a cap together, at no position of the log', () => {
    expect(folded.faults).toEqual([]);
    expect(folded.held).toBe(0n);
  });

  it('D8: the log is whole', async () => {
    expect((await verifyLog(log, { deep: true })).faults).toEqual([]);
  });

  it('D6: the book answers by what the log says, also where the owner beside the gateway no longer has it', async () => {
    expect(await owner()).toContain(`:${second.pid}:`);
    const client = new BursarClient({ url: instance.url, token: instance.adminKey });
    for (let index = 0; index < 3; index += 1) {
      const spend = await client.agents.spend(`caller-${index}`);
      expect(spend.held_usd).toBe(0);
      expect(BigInt(Math.round(spend.spent_usd * 1e6))).toBe(folded.spent.get(spend.agent_id) ?? 0n);
    }
  });
});
