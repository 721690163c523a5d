import { afterAll, describe, expect, it } from '@jest/globals';
import { endWithThisProcess, findFreePort, makeTemporaryDirectory, projectRoot } from '#embedded';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

// What a user starts, as it was built. `npm run test:system` builds first.
const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());

const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  BURSAR_NATS_PORT: '0',
  BURSAR_DATA_DIR: join(folder.path, 'data'),
};

/** Starts until it is ready or ends; what it printed, and how it is stopped. */
async function start(port: number) {
  const child = spawn(process.execPath, ['dist/apps/standalone/src/main.js'], {
    cwd: projectRoot,
    env: { ...environment, BURSAR_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.once('exit', endWithThisProcess(child.pid!, ['SIGTERM', 'SIGKILL']));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let text = '';
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        if (text.includes('Ctrl-C stops everything')) resolve();
      });
  });
  const ended = await Promise.race([exited, ready.then(() => 'ready' as const)]);
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  return { ended, text, stop };
}

describe('A first start', () => {
  it('F4: whose port is taken fails, and the next one at once shows an admin key that opens the ledger', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const failed = await start((other.address() as { port: number }).port);
    await new Promise((resolve) => other.close(resolve));
    expect([failed.ended, failed.text]).toEqual([1, expect.stringContaining('EADDRINUSE')]);

    const port = await findFreePort();
    const started = await start(port);
    const key = /bursar-admin-[A-Za-z0-9_-]{32}/.exec(started.text)?.[0];
    const asked = { headers: { authorization: `Bearer ${key}` } };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/whoami`, asked);
    await started.stop();
    expect([started.ended, key, answer.status]).toEqual(['ready', expect.any(String), 200]);

    const later = await start(port);
    await later.stop();
    expect([later.ended, later.text]).toEqual(['ready', expect.not.stringContaining('bursar-admin-')]);
  }, 120_000);
});
