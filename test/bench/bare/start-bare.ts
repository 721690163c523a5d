import { inheritedEnvironment } from '#config';
import { makeTemporaryDirectory, startNats, startPostgres } from '#embedded';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface BareExchanges {
  url: string;
  sandboxUrl: string;
  stop(): Promise<void>;
}

const SCHEMA = `create table bare_event (position bigint primary key, payload text not null);
  create table bare_call (payment_id text primary key, key text not null unique, request text not null, answer text)`;

/** PostgreSQL, nats-server and the sandbox as Bursar starts them, and between them a bare gateway with a bare owner in it. Nothing else runs. */
export async function startBareExchanges(): Promise<BareExchanges> {
  const { path } = makeTemporaryDirectory();
  const postgres = await startPostgres({ dataDirectory: join(path, 'postgres') });
  const nats = await startNats({ dataDirectory: join(path, 'nats'), configuration: '' });
  await withSchema(postgres.url);
  const sandbox = await begun('../../../apps/sandbox/src/main.js');
  const gateway = await begun('gateway-process.js', nats.url, postgres.url, sandbox.url!);
  return {
    url: gateway.url!,
    sandboxUrl: sandbox.url!,
    async stop() {
      for (const { child } of [gateway, sandbox]) {
        child.disconnect();
        await once(child, 'exit');
      }
      await nats.stop();
      await postgres.stop();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

async function withSchema(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
}

/** Each says that it is ready, and ends when this process is gone or disconnects. */
async function begun(file: string, ...parameters: string[]): Promise<{ child: ChildProcess; url?: string }> {
  const env = { ...inheritedEnvironment(), BURSAR_LOG_LEVEL: 'warn' };
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), parameters, { env });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)}`);
  });
  // Its end after its start is the work of `stop`.
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ url?: string }];
  return { child, ...message };
}
