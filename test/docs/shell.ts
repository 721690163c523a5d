import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

export interface ShellAnswer {
  code: number;
  /** Both streams, as a person sees them. */
  output: string;
}

const PATIENCE_MS = 60_000;
const END = '\u001e';

/** One bash for a whole page, so that what one command sets the next has. */
export class Shell {
  readonly #bash: ChildProcessWithoutNullStreams;
  #printed = '';
  #heard: () => void = () => undefined;

  constructor(options: { folder: string; environment: Readonly<Record<string, string>> }) {
    this.#bash = spawn('bash', ['--noprofile', '--norc'], { cwd: options.folder, env: options.environment });
    for (const stream of [this.#bash.stdout, this.#bash.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
        this.#heard();
      });
    this.#bash.once('exit', () => this.#heard());
    this.#bash.stdin.write('exec 2>&1; set -o pipefail\n');
  }

  /** Runs a command to its end. */
  async run(command: string): Promise<ShellAnswer> {
    const encoded = Buffer.from(command).toString('base64');
    this.#printed = '';
    this.#bash.stdin.write(`eval "$(base64 -d <<< ${encoded})" </dev/null; printf '${END}%s${END}' "$?"\n`);
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const [output, code] = this.#printed.split(END);
      if (code !== undefined && this.#printed.endsWith(END)) return { code: Number(code), output: output! };
      if (this.#bash.exitCode !== null) throw new Error(`The shell has ended: ${command}`);
      const left = end - Date.now();
      if (left <= 0) throw new Error(`No end within ${PATIENCE_MS / 1000} s: ${command}\n${this.#printed}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#bash.stdin.end();
    this.#bash.kill();
  }
}
