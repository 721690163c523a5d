import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { CommandFailed, EXIT } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';

export interface Output {
  /** Resolves when more can be taken. */
  write(text: string): Promise<void>;
  /** Resolves when all of it is where it belongs. */
  close(): Promise<void>;
}

/** Standard output, or a file: a new one, unless it is gone on with. */
export function openOutput(terminal: Terminal, path: string | undefined, goOn: boolean): Output {
  if (path === undefined) return { write: (text) => terminal.write(text), close: () => Promise.resolve() };
  const stream = createWriteStream(path, { flags: goOn ? 'a' : 'wx' });
  const failed = new Promise<never>((_, reject) =>
    stream.once('error', (error: NodeJS.ErrnoException) => reject(new CommandFailed(EXIT.failed, reason(path, error)))),
  );
  // It may fail while nobody writes.
  failed.catch(() => undefined);
  return {
    async write(text) {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed]);
    },
    async close() {
      stream.end();
      await Promise.race([once(stream, 'close'), failed]);
    },
  };
}

function reason(path: string, error: NodeJS.ErrnoException): string {
  return error.code === 'EEXIST'
    ? `${path} is there already: name another file, or --cursor to go on with it.`
    : `${path} cannot be written: ${error.message}.`;
}
