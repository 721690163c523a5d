import { inheritedEnvironment } from '#config';
import { projectRoot } from '#embedded';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Debian's own, whatever `python3` on the PATH may be. */
const PYTHON = '/usr/bin/python3';

const environment = {
  ...inheritedEnvironment(),
  PYTHONPATH: ['examples/python', 'test/examples/stubs'].map((folder) => join(projectRoot, folder)).join(':'),
  PYTHONDONTWRITEBYTECODE: '1',
};

/**
 * @throws Error that says what to do, where Python or what the examples need is not there: a test that cannot run has failed.
 */
export function assertPython(): void {
  const { status, stderr, error } = spawnSync(PYTHON, ['-c', 'import requests, httpx'], { encoding: 'utf8' });
  if (status === 0) return;
  const why = error?.message ?? stderr;
  throw new Error(
    `The Python examples need ${PYTHON} with requests and httpx: run scripts/install-python.sh as root, or apt-get install python3-requests python3-httpx.\n${why}`,
  );
}

/** What an example prints that is run as a program, as its README says. */
export async function runExample(file: string, settings: Readonly<Record<string, string>>, ...parameters: string[]) {
  const options = { env: { ...environment, ...settings }, timeout: 60_000 };
  const program = join(projectRoot, 'examples/python', file);
  const { stdout } = await promisify(execFile)(PYTHON, [program, ...parameters], options);
  return stdout;
}

/** What an example did, driven by its own functions with what is given. Servers of this process answer meanwhile. */
export function drive<Outcome>(example: string, given: object): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { env: environment, timeout: 60_000, maxBuffer: 50_000_000 };
    const program = join(projectRoot, 'test/examples/drive.py');
    const child = execFile(PYTHON, [program, example], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${example} failed:\n${stderr}`));
      else resolve(JSON.parse(stdout) as Outcome);
    });
    child.stdin?.end(JSON.stringify(given));
  });
}
