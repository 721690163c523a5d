import { readFileSync } from 'node:fs';
import { CommandFailed, EXIT } from '../exit-codes.js';

/** A file that the command line names. */
export function readGivenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailed(EXIT.usage, (error as Error).message);
  }
}
