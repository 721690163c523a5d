import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryDirectory, startPostgres } from './index.js';

// Needs root: each way in which root runs PostgreSQL, which refuses to be root.
const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());
const somebody = 1234;

function userOf(pid: number): string {
  return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

async function startTwice(options: Parameters<typeof startPostgres>[0]): Promise<string> {
  await (await startPostgres(options)).stop();
  const again = await startPostgres(options);
  const user = userOf(again.pid);
  await again.stop();
  return user;
}

describe('PostgreSQL started by root', () => {
  it('runs in a user namespace, on files that stay root’s', async () => {
    const dataDirectory = join(folder.path, 'namespace');
    await startTwice({ dataDirectory, runAsRootBy: 'namespace' });
    expect(statSync(join(dataDirectory, 'cluster')).uid).toBe(0);
  });

  it('runs as another user that may pass closed folders, where namespaces are off', async () => {
    const dataDirectory = join(folder.path, 'capability');
    expect(await startTwice({ dataDirectory, runAsRootBy: 'capability' })).not.toBe('0');
    expect(statSync(join(dataDirectory, 'cluster')).uid).not.toBe(0);
  });

  it('runs as another user where folders are open and there are no such rights', async () => {
    chmodSync(folder.path, 0o755);
    const dataDirectory = join(folder.path, 'user');
    expect(await startTwice({ dataDirectory, runAsRootBy: 'user' })).not.toBe('0');
    chmodSync(folder.path, 0o700);
  });

  it('starts below a folder that only somebody else may enter', async () => {
    const home = join(folder.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, somebody, somebody);
    expect(await startTwice({ dataDirectory: join(home, 'data') })).not.toBe('0');
  });

  it('runs a cluster that belongs to a normal user as that user, and leaves it so', async () => {
    const dataDirectory = join(folder.path, 'theirs');
    await (await startPostgres({ dataDirectory, runAsRootBy: 'capability' })).stop();
    const owner = statSync(join(dataDirectory, 'cluster')).uid;
    expect(await startTwice({ dataDirectory })).toBe(String(owner));
    expect(statSync(join(dataDirectory, 'cluster')).uid).toBe(owner);
  });
});
