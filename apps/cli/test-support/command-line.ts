import { runCli } from '../src/run-cli.js';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command line of a person or agent with this key, against the Bursar at this URL. */
export function commandLine(url: string, key: string): (...line: string[]) => Promise<Ran> {
  return (...line) => runLine(line, { BURSAR_URL: url, BURSAR_API_KEY: key });
}

/** One line under this environment, with what it printed where nobody looks on. */
export async function runLine(line: string[], environment: Record<string, string> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    interactive: false,
  };
  const code = await runCli(line, terminal, environment);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** What follows a name in `name  value` lines. */
export function valueOf({ out }: Ran, name: string): string | undefined {
  return new RegExp(`^${name} +(.*)$`, 'm').exec(out)?.[1];
}
