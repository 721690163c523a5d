import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Of the release that this command belongs to. */
export function packageVersion(): string {
  const file = join(packageFolder(), 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** The folder of the release, or of the checkout. */
export function packageFolder(): string {
  return projectRoot(dirname(here));
}

/** The main file of a process of another app, built or in its sources as this one is: `standalone/src/main`. */
export function appFile(path: string): string {
  const apps = join(dirname(here), '..', '..');
  return join(apps, `${path}${extname(here)}`);
}

/** The folder with package.json: the same whether this runs from the sources or from dist/. */
function projectRoot(start: string): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new Error(`No package.json above ${start}`);
}
