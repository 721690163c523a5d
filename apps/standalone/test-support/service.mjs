// A service as the supervisor sees it: ready, ends with its channel, and misbehaves when asked to.
import { appendFileSync } from 'node:fs';

const { SERVICE_NAME, JOURNAL, BEHAVIOUR = 'works' } = process.env;
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
write('ready');
process.send({ type: 'ready' });
setInterval(() => undefined, 1000);
