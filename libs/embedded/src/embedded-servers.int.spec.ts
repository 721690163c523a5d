import { afterAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BACKGROUND_NICENESS, makeTemporaryDirectory, startNats, startPostgres } from './index.js';
import { nicenessOf } from '../test-support/niceness.js';

const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  const dataDirectory = `${folder.path}/postgres`;

  it('A8: restarts with all data, after a clean stop and after SIGKILL', async () => {
    const first = await startPostgres({ dataDirectory });
    await query(first.url, 'create table kept (value int); insert into kept values (1)');
    await first.stop();

    const second = await startPostgres({ dataDirectory });
    await query(second.url, 'insert into kept values (2)');
    process.kill(second.pid, 'SIGKILL');
    await second.exited;

    const third = await startPostgres({ dataDirectory, port: second.port });
    expect(third.port).toBe(second.port);
    expect(await query(third.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: 2 }]);
    await third.stop();
  });

  it('D3: keeps what it acknowledges: fsync and synchronous commit are on', async () => {
    const server = await startPostgres({ dataDirectory });
    const names = "('fsync', 'synchronous_commit', 'full_page_writes', 'jit', 'max_wal_size', 'wal_compression')";
    const rows = await query(server.url, `select name, setting from pg_settings where name in ${names}`);
    expect(Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      jit: 'off',
      max_wal_size: '4096',
      wal_compression: expect.stringMatching(/^(lz4|pglz)$/),
    });
    await expect(query(server.url.replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
    await server.stop();
  });

  it('refuses a second start on the same folder, and says who has it', async () => {
    const server = await startPostgres({ dataDirectory });
    await expect(startPostgres({ dataDirectory })).rejects.toThrow(`is in use by process ${process.pid}`);
    await server.stop();
  });
});

describe('the embedded nats-server', () => {
  const dataDirectory = `${folder.path}/nats`;

  it('restarts with all streams, and refuses a second start on the same folder', async () => {
    const first = await startNats({ dataDirectory, configuration: 'max_payload: 1MB' });
    await expect(startNats({ dataDirectory, configuration: '' })).rejects.toThrow(/is in use by process/);
    const connection = await connect({ servers: first.url });
    expect(connection.info?.max_payload).toBe(1024 * 1024);
    await (await jetstreamManager(connection)).streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await connection.close();
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    const second = await startNats({ dataDirectory, configuration: '', port: first.port });
    const again = await connect({ servers: second.url });
    expect((await (await jetstreamManager(again)).streams.info('KEPT')).config.name).toBe('KEPT');
    await again.close();
    await second.stop();
  });

  it('takes a free port where it is given 0, so that two find place beside each other', async () => {
    const place = (name: string) => ({ dataDirectory: `${folder.path}/${name}`, configuration: '', port: 0 });
    const servers = await Promise.all([startNats(place('nats-one')), startNats(place('nats-other'))]);
    expect(new Set([4222, ...servers.map(({ port }) => port)]).size).toBe(3);
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('stands back, with all of its threads, where it is to work in the background, and not where nothing is said', async () => {
    const place = (name: string) => ({ dataDirectory: `${folder.path}/${name}`, configuration: '' });
    const behind = await startNats({ ...place('nats-behind'), priority: 'background' });
    const beside = await startNats(place('nats-beside'));
    // Only root is heard at once: others wait for their turn, which processes of the whole machine share.
    const until = Date.now() + 3_000;
    while (nicenessOf(behind.pid).length > 1 && Date.now() < until) await sleep(20);
    expect(nicenessOf(behind.pid)).toEqual([BACKGROUND_NICENESS]);
    expect(nicenessOf(beside.pid)).toEqual(nicenessOf(process.pid));
    await Promise.all([behind.stop(), beside.stop()]);
  });

  it('says why it did not start', async () => {
    await expect(startNats({ dataDirectory, configuration: 'no_such_setting: }' })).rejects.toThrow(/did not start/);
  });
});
