import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readServiceDefinition, type ServiceDefinition } from '#paid-services';

/** A file of definitions is wrong: settlement does not start with it. */
export class ServiceFileError extends Error {
  constructor(file: string, problems: readonly { line: number; field: string; message: string }[]) {
    // Each line by itself says which file it is of: whoever passes it on may show the last lines only.
    const lines = problems.map(({ line, field, message }) => `  ${file} line ${line}: ${field} ${message}`);
    super(`${file} can not be read:\n${lines.join('\n')}`);
    this.name = 'ServiceFileError';
  }
}

const READY = join('apps', 'settlement', 'services');

/**
 * Definitions are data, and lie beside the source, also where this runs as it was built. A folder of that name in which a build has left
 * something else is not it: settlement would start without any service.
 */
export function readyFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const ready = join(folder, READY);
    if (existsSync(ready) && readdirSync(ready).some((name) => name.endsWith('.json'))) return ready;
    if (folder === dirname(folder)) throw new Error(`${READY} is missing`);
  }
}

/** The definitions of a folder, one file each, by name. @throws ServiceFileError */
export function definitionsIn(folder: string): ReadonlyMap<string, ServiceDefinition> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const definitions = files.map((name) => definitionOf(`${folder}/${name}`));
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  if (byName.size < definitions.length)
    throw new ServiceFileError(folder, [{ line: 1, field: 'name', message: 'stands in more than one file' }]);
  return byName;
}

function definitionOf(file: string): ServiceDefinition {
  const read = readServiceDefinition(readFileSync(file, 'utf8'));
  if (!read.ok) throw new ServiceFileError(file, read.problems);
  return read.definition;
}
