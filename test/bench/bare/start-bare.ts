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
  stop(): Promise<void>;
}

const SCHEMA = `create table bare_event (position bigint primary key, payload jsonb not null);
  create table bare_call (payment_id text primary key, key text not null unique, request jsonb not null, answer jsonb)`;

/** PostgreSQL and nats-server as Bursar starts them, and the processes of the bare gateway and the bare owner between them. */
export async function startBareExchanges(sandboxUrl: string): Promise<BareExchanges> {
  const { path } = makeTemporaryDirectory();
  const postgres = await startPostgres({ dataDirectory: join(path, 'postgres') });
  const nats = await startNats({ dataDirectory: join(path, 'nats'), configuration: '' });
  await withSchema(postgres.url);
  const bus = nats.url.replace('nats://', '');
  const [owner] = await begun('owner-process.js', [bus, postgres.url]);
  const [gateway, url] = await begun('gateway-process.js', [bus, postgres.url, sandboxUrl]);
  return {
    url,
    async stop() {
      for (const child of [gateway, owner]) {
        child.kill('SIGKILL');
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

/** Resolves with the first message of the process. */
async function begun(file: string, parameters: readonly string[]): Promise<[ChildProcess, string]> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(script, [...parameters], { env: inheritedEnvironment() });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)}`);
  });
  // Its end after its start is the work of `stop`.
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [string];
  return [child, message];
}
