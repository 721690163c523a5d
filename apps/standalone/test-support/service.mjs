// A service as the supervisor sees it: ready, ends with its channel, and misbehaves when asked to.
import { appendFileSync } from 'node:fs';

const { SERVICE_NAME, JOURNAL, BEHAVIOUR = 'works', LISTEN_PORT } = process.env;
const write = (event) => appendFileSync(JOURNAL, `${SERVICE_NAME} ${event} ${process.pid}\n`);

if (BEHAVIOUR === 'never ready') throw new Error('this service cannot work');
if (BEHAVIOUR === 'ends at once when started again') {
  const { readFileSync } = await import('node:fs');
  if (readFileSync(JOURNAL, 'utf8').includes(`${SERVICE_NAME} ready`)) process.exit(3);
}
const end = (reason) => {
  write(reason);
  process.exit(0);
};
process.once('SIGTERM', () => end('stopped'));
process.once('disconnect', () => end('orphaned'));
if (BEHAVIOUR === 'writes where the sandbox is') write(`knows ${process.env.SANDBOX_URL}`);
const url = LISTEN_PORT === undefined ? undefined : await listen(Number(LISTEN_PORT));
write('ready');
const opensNothing = BEHAVIOUR === 'says that the admin key opens nothing';
process.send({ type: 'ready', url, ...(opensNothing && { adminKeyLetIn: false }) });
setInterval(() => undefined, 1000);

async function listen(port) {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => response.end(SERVICE_NAME));
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
