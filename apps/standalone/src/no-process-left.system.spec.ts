import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// Needs root, to be root and another user; and Linux, to see every process. `npm run test:system` builds first.
const project = fileURLToPath(new URL('../../..', import.meta.url));
const everything = mkdtempSync(join(tmpdir(), 'bursar-system-'));
afterAll(() => rmSync(everything, { recursive: true, force: true }));

const nobody = 65_534;
const people = [
  { name: 'root', uid: 0 },
  { name: 'a normal user', uid: nobody },
];

/** The project under a parent that only its owner may enter, as in a home folder. */
function placeFor(uid: number): { project: string; parent: string } {
  chmodSync(everything, 0o755);
  const parent = join(everything, `home-${uid}`);
  mkdirSync(parent, { mode: 0o700 });
  const copy = join(parent, 'bursar');
  mkdirSync(copy);
  const parts = ['node_modules', 'dist', 'libs', 'apps', 'deploy', 'package.json'].map((part) => join(project, part));
  const linked = spawnSync('cp', ['-al', ...parts, copy]).status === 0;
  if (!linked && spawnSync('cp', ['-a', ...parts, copy]).status !== 0) throw new Error('The project cannot be copied');
  for (const directory of [parent, copy]) chownSync(directory, uid, uid);
  return { project: copy, parent };
}

const program = [process.execPath, 'dist/apps/standalone/test-support/start.js'];
/** As npm starts it where its shell stays between npm and the program. */
const underNpm = ['sh', '-c', `${program.join(' ')}; true`];

async function start(
  place: { project: string; parent: string },
  uid: number,
  [command = '', ...parameters] = program,
): Promise<ChildProcess> {
  const child = spawn(command, parameters, {
    cwd: place.project,
    uid,
    gid: uid,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: place.parent,
      BURSAR_DATA_DIR: join(place.parent, 'data'),
      ...(command === 'sh' ? { npm_lifecycle_event: 'start' } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) if (line === 'ready') return child;
  throw new Error(`It did not start: ${errors}`);
}

/** Every process whose program, folder or parameters lie in this place. Zombies hold nothing. */
function processesIn(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => describeProcess(pid))
    .filter((text) => text.includes(directory));
}

function describeProcess(pid: string): string {
  const read = (get: () => string) => {
    try {
      return get();
    } catch {
      return '';
    }
  };
  if (/^State:\s+Z/m.test(read(() => readFileSync(`/proc/${pid}/status`, 'utf8')))) return '';
  const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  return [
    pid,
    command,
    read(() => readlinkSync(`/proc/${pid}/cwd`)),
    read(() => readlinkSync(`/proc/${pid}/exe`)),
  ].join(' ');
}

async function untilNoneIn(directory: string): Promise<string[]> {
  for (let waited = 0; waited < 10_000 && processesIn(directory).length > 0; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return processesIn(directory);
}

describe.each(people)('started by $name, under a parent folder of mode 0700', ({ uid }) => {
  const place = placeFor(uid);

  it('leaves no process behind after SIGKILL of the parent, and starts again at once', async () => {
    const first = await start(place, uid);
    expect(processesIn(place.parent).length).toBeGreaterThan(5);
    first.kill('SIGKILL');
    const second = await start(place, uid);
    second.kill('SIGKILL');
    expect(await untilNoneIn(place.parent)).toEqual([]);
  });

  it('leaves no process behind when only npm is killed', async () => {
    const shell = await start(place, uid, underNpm);
    shell.kill('SIGKILL');
    expect(await untilNoneIn(place.parent)).toEqual([]);
  });

  it('stops with exit code 0 on SIGTERM', async () => {
    const child = await start(place, uid);
    const code = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(await untilNoneIn(place.parent)).toEqual([]);
  });
});
