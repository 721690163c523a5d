import { readConfig } from '#config';
import { BACKGROUND_NICENESS, makeTemporaryDirectory, projectRoot } from '#embedded';
import { createTestDatabase, testNatsUrl } from '#testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { ServiceDefinition } from './kept-service.js';
import { startStandalone, type Standalone } from './standalone.js';

const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());
let number = 0;

function newPlace() {
  number += 1;
  const directory = join(folder.path, String(number));
  const journal = join(folder.path, `journal-${number}`);
  const sandboxJournal = `${journal}-sandbox`;
  const printed: string[] = [];
  const start = (behaviours: Record<string, string> = {}, settings: Record<string, string> = {}): Promise<Standalone> =>
    startStandalone(readConfig('standalone', { BURSAR_DATA_DIR: directory, ...settings }), {
      natsConfiguration: () => 'max_payload: 1MB',
      prepareDatabase: async ({ databaseUrl }) => {
        const client = new pg.Client({ connectionString: databaseUrl });
        await client.connect();
        await client.query('create table if not exists prepared (id int)');
        await client.end();
      },
      services: (given): ServiceDefinition[] =>
        ['first', 'second', 'third'].map((name) => ({
          name,
          file: join(projectRoot, 'apps', 'standalone', 'test-support', 'service.mjs'),
          environment: {
            SERVICE_NAME: name,
            JOURNAL: journal,
            BEHAVIOUR: behaviours[name] ?? 'works',
            DATABASE_URL: given.databaseUrl ?? '',
            SANDBOX_URL: given.sandboxUrl ?? 'none',
          },
          logFile: join(directory, 'logs', `${name}.log`),
          mostRestartsPerMinute: 3,
          ...(name === 'third' && { priority: 'background' as const }),
        })),
      sandbox: () => ({
        name: 'sandbox',
        file: join(projectRoot, 'apps', 'standalone', 'test-support', 'service.mjs'),
        environment: { SERVICE_NAME: 'sandbox', JOURNAL: sandboxJournal, LISTEN_PORT: '0' },
        logFile: join(directory, 'logs', 'sandbox.log'),
        again: ({ url = '' }) => ({ LISTEN_PORT: new URL(url).port }),
      }),
      print: (line) => void printed.push(line),
    });
  const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const events = () => linesOf(journal);
  const sandboxEvents = () => linesOf(sandboxJournal);
  return { directory, printed, start, events, sandboxEvents };
}

const withoutPid = (event: string) => event.replace(/ \d+$/, '');
const pidOf = (event = '') => Number(event.split(' ').at(-1));

async function eventually(check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 20) {
    if (waited > 10_000) throw new Error('It did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the start by one command', () => {
  it('starts servers and services in order, stops them in the opposite order, and shows the admin key once', async () => {
    const place = newPlace();
    const first = await place.start();
    expect(first.adminKeyToShow).toMatch(/^bursar-admin-[A-Za-z0-9_-]{32}$/);
    const connection = await connect({ servers: first.natsUrl });
    await connection.close();
    await expect(place.start()).rejects.toThrow(`${place.directory} is in use by process ${process.pid}`);
    await first.stop();
    expect(place.events().map(withoutPid)).toEqual([
      'first ready',
      'second ready',
      'third ready',
      'third stopped',
      'second stopped',
      'first stopped',
    ]);
    expect(existsSync(join(place.directory, 'running.json'))).toBe(false);
    expect(readFileSync(join(place.directory, 'secrets.json'), 'utf8')).not.toContain('bursar-admin-');

    const second = await place.start();
    expect(second.adminKeyToShow).toBeUndefined();
    await second.stop();
  });

  it('F4: shows the admin key when it opens something, and keeps it until then', async () => {
    const place = newPlace();
    const shown = async (behaviours = {}) => {
      const standalone = await place.start(behaviours);
      await standalone.stop();
      return standalone.adminKeyToShow;
    };
    await expect(place.start({ third: 'never ready' })).rejects.toThrow();
    expect(await shown({ first: 'says that the admin key opens nothing' })).toBeUndefined();
    expect(await shown()).toMatch(/^bursar-admin-/);
    expect(await shown()).toBeUndefined();
  });

  it('starts a service again that was killed, and PostgreSQL and nats-server on their old ports', async () => {
    const place = newPlace();
    const standalone = await place.start();
    process.kill(pidOf(place.events()[1]), 'SIGKILL');
    await eventually(() => place.events().length === 4);
    expect(withoutPid(place.events()[3] ?? '')).toBe('second ready');

    const running = JSON.parse(readFileSync(join(place.directory, 'running.json'), 'utf8')) as { database_url: string };
    for (const server of ['postgres', 'nats']) {
      const record = () => join(place.directory, server, 'server.json');
      const { pid } = JSON.parse(readFileSync(record(), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      await eventually(() => {
        if (!existsSync(record())) return false;
        const text = readFileSync(record(), 'utf8');
        return text !== '' && (JSON.parse(text) as { pid: number }).pid !== pid;
      });
    }
    await eventuallyConnects(running.database_url);
    const connection = await connect({ servers: standalone.natsUrl, reconnectTimeWait: 100, waitOnFirstConnect: true });
    await connection.close();
    await standalone.stop();
  });

  it('has the bus and the services behind the payments stand back, also when they are started again', async () => {
    const place = newPlace();
    const standalone = await place.start();
    const bus = JSON.parse(readFileSync(join(place.directory, 'nats', 'server.json'), 'utf8')) as { pid: number };
    const own = getPriority();
    const priorities = () => place.events().map((event) => getPriority(pidOf(event)));
    expect(getPriority(bus.pid)).toBe(BACKGROUND_NICENESS);
    expect(priorities()).toEqual([own, own, BACKGROUND_NICENESS]);
    const killed = pidOf(place.events()[2]);
    process.kill(killed, 'SIGKILL');
    await eventually(() => place.events().length === 4);
    expect(pidOf(place.events()[3])).not.toBe(killed);
    expect(getPriority(pidOf(place.events()[3]))).toBe(BACKGROUND_NICENESS);
    await standalone.stop();
  });

  it('tells services where the sandbox is, and starts it again there when it was killed', async () => {
    const place = newPlace();
    const standalone = await place.start({ first: 'writes where the sandbox is' });
    const { sandboxUrl = '' } = standalone;
    expect(place.events()[0]).toContain(`first knows ${sandboxUrl} `);
    const answer = async () => (await fetch(sandboxUrl)).text();
    expect(await answer()).toBe('sandbox');
    process.kill(pidOf(place.sandboxEvents()[0]), 'SIGKILL');
    await eventually(() => place.sandboxEvents().length === 2);
    expect(await answer()).toBe('sandbox');
    const running = readFileSync(join(place.directory, 'running.json'), 'utf8');
    expect(JSON.parse(running)).toMatchObject({ sandbox_url: sandboxUrl });
    await standalone.stop();
  });

  it.each([
    ['it is turned off', { BURSAR_SANDBOX: 'off' }, 'none'],
    ['the settings name another', { BURSAR_SANDBOX_URL: 'http://127.0.0.1:9/' }, 'http://127.0.0.1:9/'],
  ])('starts no sandbox where %s', async (_, settings, told) => {
    const place = newPlace();
    const standalone = await place.start({ first: 'writes where the sandbox is' }, settings);
    expect(place.sandboxEvents()).toEqual([]);
    expect(place.events()[0]).toContain(`first knows ${told} `);
    await standalone.stop();
  });

  it('starts PostgreSQL again also when it is killed while it is starting', async () => {
    const place = newPlace();
    const standalone = await place.start();
    let failure: string | undefined;
    void standalone.failed.then((reason) => (failure = reason));
    const { database_url } = JSON.parse(readFileSync(join(place.directory, 'running.json'), 'utf8')) as {
      database_url: string;
    };
    const record = join(place.directory, 'postgres', 'server.json');
    const pid = () => {
      const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
      return text === '' ? undefined : (JSON.parse(text) as { pid: number }).pid;
    };
    for (let killed: number | undefined, times = 0; times < 4; times += 1) {
      await eventually(() => pid() !== undefined && pid() !== killed);
      killed = pid()!;
      process.kill(killed, 'SIGKILL');
    }
    await eventuallyConnects(database_url);
    expect(failure).toBeUndefined();
    await standalone.stop();
  });

  it('gives up on a service that ends again and again, and says so', async () => {
    const place = newPlace();
    const standalone = await place.start({ second: 'ends at once when started again' });
    process.kill(pidOf(place.events()[1]), 'SIGKILL');
    expect(await standalone.failed).toMatch(/^second ended by itself with code 3, again and again/);
    await standalone.stop();
    expect(place.events().map(withoutPid).slice(3)).toEqual(['third stopped', 'first stopped']);
  });

  it('leaves nothing running when a service does not become ready, and shows why', async () => {
    const place = newPlace();
    await expect(place.start({ second: 'never ready' })).rejects.toThrow(/second did not[^]*this service cannot work/);
    expect(place.events().map(withoutPid)).toEqual(['first ready', 'first stopped']);
    expect(existsSync(join(place.directory, 'postgres', 'server.json'))).toBe(false);
    expect(existsSync(join(place.directory, 'nats', 'server.json'))).toBe(false);
  });

  it('uses the servers that the settings name, and starts none of its own', async () => {
    const { directory } = newPlace();
    const database = await createTestDatabase();
    const config = readConfig('standalone', {
      BURSAR_DATA_DIR: directory,
      DATABASE_URL: database.url,
      NATS_URL: await testNatsUrl(),
      BURSAR_NATS_SERVICE_PASSWORD: 'password-of-services',
    });
    let prepared = '';
    const standalone = await startStandalone(config, {
      natsConfiguration: () => '',
      prepareDatabase: async ({ databaseUrl }) => void (prepared = databaseUrl),
      services: () => [],
      print: () => {},
    });
    expect(prepared).toBe(database.url);
    expect(standalone.natsUrl).toBe(await testNatsUrl());
    expect(existsSync(join(directory, 'postgres'))).toBe(false);
    expect(existsSync(join(directory, 'nats'))).toBe(false);
    await standalone.stop();
    await database.drop();
  }, 120_000);

  it('asks for the password of the services when the nats-server is not its own', async () => {
    const config = readConfig('standalone', { BURSAR_DATA_DIR: newPlace().directory, NATS_URL: 'nats://127.0.0.1:1' });
    const parts = { natsConfiguration: () => '', prepareDatabase: async () => {}, services: () => [], print: () => {} };
    await expect(startStandalone(config, parts)).rejects.toThrow('BURSAR_NATS_SERVICE_PASSWORD');
  });
});

async function eventuallyConnects(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query('select * from prepared');
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
