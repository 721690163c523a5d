import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inheritedEnvironment } from '#config';
import { migrateEventLog } from '#event-log';
import { compareViewsWithLog, migrateReadModels, ReadModels } from '#read-models';
import {
  createTestDatabase,
  startPrivateNats,
  startServiceProcess,
  type PrivateServer,
  type TestDatabase,
} from '#testing';
import { subjects } from '#contracts';
import { LogWriter } from '../test-support/log-writer.js';

const FILE = 'apps/projection/src/main.ts';

async function migrateBoth(url: string): Promise<void> {
  await migrateEventLog(url);
  await migrateReadModels(url);
}

describe('the projection service', () => {
  let nats: PrivateServer;
  let bus: NatsConnection;
  let database: TestDatabase;
  let models: ReadModels;
  let log: LogWriter;
  const start = () =>
    startServiceProcess({
      file: FILE,
      environment: { DATABASE_URL: database.url, NATS_URL: nats.url, BURSAR_NATS_SERVICE_PASSWORD: 'none' },
    });

  beforeAll(async () => {
    nats = await startPrivateNats();
    bus = await connect({ servers: nats.url });
    database = await createTestDatabase({ migrate: migrateBoth, schema: 'log_and_read_models' });
    models = new ReadModels({ url: database.url });
    log = await LogWriter.open(database.url);
  });
  afterAll(async () => {
    await log.close();
    await models.close();
    await bus.close();
    await nats.stop();
    await database.drop();
  });

  /** Milliseconds until all that the log holds is visible. The looking itself may lose its connection to a test. */
  async function visible(): Promise<number> {
    const started = performance.now();
    let last: unknown;
    for (;;) {
      const lag = await models.lag().catch((error: unknown) => void (last = error));
      if (lag?.positions_behind === 0) return performance.now() - started;
      if (performance.now() - started > 15_000) throw new Error('The projection does not come after', { cause: last });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  it('D6: shows a payment a moment after the bus hinted at it, and without a hint too', async () => {
    const service = await start();
    try {
      await log.append(500);
      await visible();
      const hinted: number[] = [];
      for (let count = 0; count < 9; count++) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        await log.append(1);
        bus.publish(
          subjects.event(log.partition, log.org, undefined, 'payment.transferred'),
          '{"nobody":"reads this"}',
        );
        hinted.push(await visible());
      }
      // Without hints it looks every 250 to 1000 ms by itself.
      expect(hinted.sort((one, other) => one - other)[4]).toBeLessThan(150);
      await log.append(1);
      expect(await visible()).toBeLessThan(3_000);
    } finally {
      await service.stop();
    }
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  }, 60_000);

  it('D3, D4: killed at random moments, and beside a second one, it counts every event once', async () => {
    const load = { on: true };
    const appending = (async () => {
      while (load.on) {
        await log.append(50);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    })();
    const services = [await start(), await start()];
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + 130 * round));
      const victim = services.shift()!;
      victim.kill('SIGKILL');
      await victim.exited;
      services.push(await start());
    }
    load.on = false;
    await appending;
    await visible();
    for (const service of services) await service.stop();
    const comparison = await compareViewsWithLog(database.url);
    expect(comparison).toMatchObject({ mismatch_count: 0, positions_behind: 0, quarantined: 0 });
    expect(comparison.events).toBe(log.position);
  }, 60_000);

  it('D3: outlives the loss of its database connections and of the bus', async () => {
    const service = await start();
    try {
      await log.append(100);
      await visible();
      await nats.kill();
      await log.terminateOthers('bursar projection');
      await log.append(100);
      await visible();
      await nats.restart();
      await log.append(100);
      await visible();
    } finally {
      await service.stop();
    }
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  }, 60_000);

  it('D4: the rebuild process compares, swaps and tells how it goes', async () => {
    const child = spawn(
      process.execPath,
      [
        '--conditions=bursar-source',
        '--import',
        './libs/testing/typescript.mjs',
        'apps/projection/src/rebuild-process.ts',
        '--compare',
      ],
      { env: { ...inheritedEnvironment(), DATABASE_URL: database.url } },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toMatchObject({ type: 'progress', phase: 'loading', total: log.position });
    expect(lines.at(-1)).toMatchObject({ type: 'result', result: { differences: [], events: log.position } });
    expect(code).toBe(0);
    expect((await compareViewsWithLog(database.url)).mismatch_count).toBe(0);
  }, 60_000);

  it('refuses to start where the read models were never made, and says what to do', async () => {
    const empty = await createTestDatabase();
    const environment = { DATABASE_URL: empty.url, NATS_URL: nats.url, BURSAR_NATS_SERVICE_PASSWORD: 'none' };
    await expect(startServiceProcess({ file: FILE, environment })).rejects.toThrow(/bursar migrate/);
    await empty.drop();
  }, 120_000);
});
