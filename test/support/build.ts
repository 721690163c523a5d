import { projectRoot } from '#embedded';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds `dist/` where a source is newer than it: what runs from end to end is what users run.
 *
 * @throws Error with the compiler's words
 */
export function buildWhereStale(): void {
  const built = join(projectRoot, 'dist/apps/standalone/src/main.js');
  if (existsSync(built) && newestSource() < statSync(built).mtimeMs) return;
  const compiler = join(projectRoot, 'node_modules/typescript7/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: projectRoot });
  if (status !== 0) throw new Error(`The sources cannot be built:\n${stdout.toString()}`);
}

function newestSource(): number {
  const sources = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const settings = ['package.json', 'tsconfig.json'].map((name) => join(projectRoot, name));
  return Math.max(...[...sources, ...settings].map((file) => statSync(file).mtimeMs));
}
