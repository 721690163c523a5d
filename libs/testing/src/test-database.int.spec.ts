import { describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { testServersAddress } from '#config';
import { createTestDatabase, startPrivateNats, startPrivatePostgres, testNatsUrl } from './index.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('test databases', () => {
  it('are copies of one that was migrated once', async () => {
    let migrations = 0;
    const migrate = async (url: string) => {
      migrations += 1;
      await query(url, 'create table things (id int); insert into things values (7)');
    };
    const databases = await Promise.all(
      [1, 2, 3, 4].map(() => createTestDatabase({ migrate, schema: 'things_of_this_test' })),
    );
    expect(migrations).toBe(1);
    expect(new Set(databases.map((database) => database.url)).size).toBe(4);
    for (const database of databases) {
      expect(await query(database.url, 'select id from things')).toEqual([{ id: 7 }]);
      await database.drop();
    }
    await expect(query(databases[0]?.url ?? '', 'select 1')).rejects.toThrow(/does not exist/);
  }, 120_000);
});

describe('test servers', () => {
  it('are behind a door that keeps no connection, which it would close just when the next test file asks', async () => {
    for (const path of ['nats', 'nothing-of-this-name']) {
      const answer = await fetch(`${testServersAddress() ?? ''}/${path}`);
      await answer.text();
      expect(answer.headers.get('connection')).toBe('close');
    }
  });

  it('share one nats-server', async () => {
    const connection = await connect({ servers: await testNatsUrl() });
    expect(connection.info?.jetstream).toBe(true);
    await connection.close();
  });

  it('can be private, killed and started again on the same data', async () => {
    const postgres = await startPrivatePostgres();
    await query(postgres.url, 'create table kept (id int)');
    await postgres.kill();
    await postgres.restart();
    expect(await query(postgres.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(postgres.url, 'select * from kept')).toEqual([]);
    await postgres.stop();

    const nats = await startPrivateNats();
    await nats.kill();
    await nats.restart();
    const connection = await connect({ servers: nats.url });
    await connection.close();
    await nats.stop();
  }, 120_000);
});
