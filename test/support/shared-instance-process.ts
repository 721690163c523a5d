import { createServer } from 'node:http';
import { buildWhereStale } from './build.js';
import { startInstance, type Instance } from './instance.js';

// The Bursar that all end-to-end tests of one run share, started by the first test that asks for it. This process belongs
// to jest's own and ends with it: see libs/testing/global-setup.mjs.

let instance: Promise<Instance> | undefined;

const door = createServer((_, response) => {
  response.setHeader('connection', 'close');
  instance ??= start();
  instance.then(
    ({ url, natsUrl, databaseUrl, sandboxUrl, adminKey, dataDirectory }) =>
      response.end(JSON.stringify({ url, natsUrl, databaseUrl, sandboxUrl, adminKey, dataDirectory })),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

door.listen(0, '127.0.0.1', () => {
  const address = door.address();
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});

// Ctrl-C reaches jest, which ends; this process then ends in order.
process.on('SIGINT', () => undefined);
process.stdin.resume();
process.stdin.once('end', () => void stop());

async function start(): Promise<Instance> {
  buildWhereStale();
  // What a user's logs would hold is looked at by a test.
  return startInstance({ settings: { BURSAR_LOG_LEVEL: 'info' } });
}

async function stop(): Promise<void> {
  const started = await instance?.catch(() => undefined);
  await started?.stop();
  started?.remove();
  process.exit(0);
}
