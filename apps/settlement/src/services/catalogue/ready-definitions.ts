import { readdirSync, readFileSync } from 'node:fs';
import { readServiceDefinition, type ServiceDefinition } from '#paid-services';

/** A file of definitions is wrong: settlement does not start with it. */
export class ServiceFileError extends Error {
  constructor(file: string, problems: readonly { line: number; field: string; message: string }[]) {
    const lines = problems.map(({ line, field, message }) => `  line ${line}: ${field} ${message}`);
    super(`${file} can not be read:\n${lines.join('\n')}`);
    this.name = 'ServiceFileError';
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
