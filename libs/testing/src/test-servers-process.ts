import { makeTemporaryDirectory, startNats, startPostgres, type EmbeddedServer } from '#embedded';
import { createServer } from 'node:http';
import { fastPostgresSettings, plainNatsConfiguration } from './server-settings.js';

// The servers that all tests of one run share. Each is started by the first request for it.
// This process belongs to jest's own and ends with it: see ../global-setup.mjs.

const folder = makeTemporaryDirectory();
const started = new Map<string, Promise<EmbeddedServer>>();
const starts: Readonly<Record<string, () => Promise<EmbeddedServer>>> = {
  '/postgres': () => startPostgres({ dataDirectory: `${folder.path}/postgres`, settings: fastPostgresSettings }),
  '/nats': () => startNats({ dataDirectory: `${folder.path}/nats`, configuration: plainNatsConfiguration }),
};

const door = createServer((request, response) => {
  // One question a connection: a kept one would be closed after five seconds, just when the next test file asks.
  response.setHeader('connection', 'close');
  const path = request.url ?? '';
  const start = starts[path];
  if (!start) {
    response.writeHead(404).end();
    return;
  }
  const server = started.get(path) ?? start();
  started.set(path, server);
  server.then(
    ({ url }) => response.end(url),
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

async function stop(): Promise<void> {
  await Promise.allSettled([...started.values()].map(async (server) => (await server).stop()));
  folder.remove();
  process.exit(0);
}
