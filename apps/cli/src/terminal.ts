import { inheritedEnvironment } from '#config';

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Text as it is, to standard output; resolves when its reader keeps up, so that nothing piles up here. */
  write(text: string): Promise<void>;
  /** A person looks at standard error, so that a progress bar may be drawn there. */
  readonly interactive: boolean;
  /** Standard output shows colours. */
  readonly colours: boolean;
  /** Its size, where a person looks at standard output and it can be drawn anew in place. */
  screen(): { columns: number; rows: number } | undefined;
  /** Calls whenever its size has changed, until what is given back is called. */
  onResize(changed: () => void): () => void;
}

const { stdout, stderr } = process;
// What can place no cursor: editors' shells and the like.
const dumb = inheritedEnvironment()['TERM'] === 'dumb';

export const processTerminal: Terminal = {
  out: (text) => void stdout.write(`${text}\n`),
  err: (text) => void stderr.write(`${text}\n`),
  write: (text) =>
    new Promise((resolve) => {
      if (stdout.write(text)) resolve();
      else stdout.once('drain', resolve);
    }),
  interactive: stderr.isTTY && !dumb,
  // Node knows what each terminal can, NO_COLOR and TERM=dumb included.
  colours: stdout.isTTY && stdout.hasColors(),
  // Some say that they have no size.
  screen: () => (stdout.isTTY && !dumb ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined),
  onResize: (changed) => {
    stdout.on('resize', changed);
    return () => void stdout.off('resize', changed);
  },
};

/** A reader that wants no more, such as `head`, ends the command well, as it ends other tools. */
export function endWithReader(): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
