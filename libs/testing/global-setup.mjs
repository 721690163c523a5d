// Runs once per jest run, before the tests. Offers the real servers to the tests but starts none: the first test that asks
// for one starts it, so a run of unit tests pays nothing. Plain JavaScript, because jest loads this file without its transforms.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Which process offers what: single servers for integration tests, a whole Bursar for those from end to end. */
const programs = { '/bursar': '../../test/support/shared-instance-process.ts' };
const serversProgram = 'src/test-servers-process.ts';

export default async function setup() {
  /** @type {Map<string, Promise<{ address: string, child: import('node:child_process').ChildProcess }>>} */
  const started = new Map();
  const pass = async (path) => {
    const program = programs[path] ?? serversProgram;
    if (!started.has(program)) started.set(program, startProcess(program));
    const answer = await fetch(`${(await started.get(program)).address}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  const door = createServer((request, response) => {
    // One question a connection: a kept one would be closed after five seconds, just when the next test file asks.
    response.setHeader('connection', 'close');
    pass(request.url).then(
      ({ status, text }) => response.writeHead(status).end(text),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise((resolve) => door.listen(0, '127.0.0.1', () => resolve(undefined)));
  door.unref();
  process.env['BURSAR_TEST_SERVERS'] = `http://127.0.0.1:${door.address().port}`;

  globalThis.stopTestServers = async () => {
    door.close();
    const processes = await Promise.allSettled(started.values());
    await Promise.all(processes.map(({ value }) => value && end(value.child)));
  };
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.ref();
  child.stdin.end();
  await exited;
}

/** The process ends, and with it the servers, when its standard input does: also when jest is killed. */
async function startProcess(program) {
  const child = spawn(
    process.execPath,
    [
      '--conditions=bursar-source',
      '--disable-warning=ExperimentalWarning',
      ...['--import', pathOf('typescript.mjs'), pathOf(program)],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  child.unref();
  for await (const line of createInterface({ input: child.stdout })) return { address: line, child };
  throw new Error(`${program} ended before it was ready`);
}
