import { runCli } from '../src/run-cli.js';
import type { Terminal } from '../src/terminal.js';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command line of a person or agent with this key, against the Bursar at this URL. */
export function commandLine(url: string, key: string): (...line: string[]) => Promise<Ran> {
  return (...line) => runLine(line, { BURSAR_URL: url, BURSAR_API_KEY: key });
}

/** A terminal that nobody looks at, but for what is said otherwise, and what was printed there. */
export function recordingTerminal(as: Partial<Terminal> = {}): {
  terminal: Terminal;
  printed: () => Omit<Ran, 'code'>;
} {
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out: (text) => void (out += `${text}\n`),
    err: (text) => void (err += `${text}\n`),
    write: (text) => Promise.resolve(void (out += text)),
    interactive: false,
    colours: false,
    screen: () => undefined,
    onResize: () => () => undefined,
    ...as,
  };
  return { terminal, printed: () => ({ out: out.replace(/\n$/, ''), err: err.replace(/\n$/, '') }) };
}

/** One line under this environment, with what it printed. */
export async function runLine(
  line: string[],
  environment: Record<string, string> = {},
  as: Partial<Terminal> = {},
): Promise<Ran> {
  const { terminal, printed } = recordingTerminal(as);
  const code = await runCli(line, terminal, environment);
  return { code, ...printed() };
}

/** What follows a name in `name  value` lines. */
export function valueOf({ out }: Ran, name: string): string | undefined {
  return new RegExp(`^${name} +(.*)$`, 'm').exec(out)?.[1];
}
