import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { CommandFailed, EXIT } from '../exit-codes.js';

/** The text itself, `@` and the file that has it, or `-` for standard input. Space around it is no part of it. */
export async function readGivenText(given: string): Promise<string> {
  if (given === '-') return (await text(process.stdin)).trim();
  return given.startsWith('@') ? readGivenFile(given.slice(1)).trim() : given;
}

/** As `readGivenText`, for what others on the machine must not read in the list of processes. */
export function readGivenSecret(given: string, name: string): Promise<string> {
  if (given === '-' || given.startsWith('@')) return readGivenText(given);
  throw new CommandFailed(
    EXIT.usage,
    `${name} is not taken from the command line: give @file, or - for standard input.`,
  );
}

/** A file that the command line names. */
export function readGivenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailed(EXIT.usage, `${file} cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}.`);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'it may not be read by you';
  return code === 'EISDIR' ? 'it is a folder' : message;
}
