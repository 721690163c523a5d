import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '#config';
import { Screen } from './screen.js';

/** Debian's own, whose `pty` needs nothing to be installed. */
const PYTHON = '/usr/bin/python3';
const program = fileURLToPath(new URL('pseudo-terminal.py', import.meta.url));
const bursar = fileURLToPath(new URL('../bursar.js', import.meta.url));

/** @throws Error where a test cannot run, which then has failed */
export function assertPseudoTerminals(): void {
  const { status, error } = spawnSync(PYTHON, ['-c', 'import pty, termios'], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`Pseudo-terminals need ${PYTHON}: apt-get install python3. ${error?.message ?? ''}`);
}

export interface Ended {
  code: number;
  /** The terminal is set as it was before. */
  kept: boolean;
}

/** `bursar` on a terminal that a person looks at, with a screen that shows what the person sees. */
export class PseudoTerminal {
  readonly screen: Screen;
  /** All that was written, as it was. */
  written = '';
  readonly ended: Promise<Ended>;
  readonly #child;
  #size: { columns: number; rows: number };

  constructor(
    line: readonly string[],
    settings: Readonly<Record<string, string>>,
    { columns, rows }: { columns: number; rows: number },
    /** What stands there already, such as the prompt. */
    before = '',
  ) {
    this.#size = { columns, rows };
    this.screen = new Screen(columns, rows);
    this.screen.write(before);
    // Of a person's terminal: what Node takes for a build machine (`CI`) has no colours.
    const {
      NO_COLOR: _none,
      FORCE_COLOR: _force,
      NODE_DISABLE_COLORS: _off,
      CI: _ci,
      ...environment
    } = inheritedEnvironment();
    const env = { ...environment, TERM: 'xterm-256color', ...settings };
    const command = [program, String(columns), String(rows), process.execPath, bursar, ...line];
    this.#child = spawn(PYTHON, command, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const decoder = new TextDecoder();
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      createInterface({ input: this.#child.stdout }).on('line', (text) => {
        const told = JSON.parse(text) as { shown: string } | { ended: number; kept: boolean };
        if ('ended' in told) return resolve({ code: told.ended, kept: told.kept });
        const shown = decoder.decode(Buffer.from(told.shown, 'base64'), { stream: true });
        this.written += shown;
        this.screen.write(shown);
      });
    });
  }

  type(keys: string): void {
    this.#tell({ type: keys });
  }

  /** `cut`: a terminal that cuts long lines rather than going on in the next. */
  resize(columns: number, rows: number, cut = false): void {
    this.#size = { columns, rows };
    this.screen.resize(columns, rows, cut);
    this.#tell(this.#size);
  }

  /** @throws Error with what is seen, where it does not come */
  async until(seen: (lines: string[]) => boolean): Promise<string[]> {
    for (let turn = 0; turn < 400; turn++) {
      if (seen(this.screen.text())) return this.screen.text();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`It never came to be seen:\n${this.screen.lines().join('\n')}`);
  }

  /** Ends it, whatever it does. */
  close(): void {
    this.#child.stdin.end();
  }

  #tell(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
