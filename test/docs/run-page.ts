import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inheritedEnvironment } from '#config';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import type { InstanceAddresses } from '../support/instance.js';
import { blocksOf, type Block } from './blocks.js';
import { commandsOf, type PageCommand } from './commands.js';
import { Shell } from './shell.js';
import { isContained, isShown } from './shown-output.js';

export interface Reader {
  instance: InstanceAddresses;
  /** What a page calls `<the admin key>`. */
  key: string;
}

const EVENTUALLY_MS = 15_000;

/**
 * Does what a page says, as a reader would: all commands in their order in one shell, in an empty folder.
 *
 * @returns what is wrong with the page: nothing, where every command ended well and printed what the page shows
 */
export async function runPage(path: string, reader: Reader): Promise<string[]> {
  const commands = blocksOf(readFileSync(join(projectRoot, path), 'utf8'))
    .filter(runsHere)
    .flatMap(commandsOf);
  const folder = makeTemporaryDirectory();
  const shell = new Shell(surroundings(folder.path, path, reader));
  const wrong: string[] = [];
  let printed = '';
  try {
    for (const command of commands) {
      const text = filledIn(command.text, printed, reader);
      const { problem, output } = await runCommand(shell, command, text);
      printed += `${output}\n`;
      if (problem !== undefined) {
        wrong.push(`${path}:${command.line}: ${command.text}\n${problem}\n--- it printed\n${output}`);
        break;
      }
    }
  } finally {
    shell.close();
    folder.remove();
  }
  return wrong;
}

/** What takes hours is run by hand, and what another test or a check runs names that. */
function runsHere({ language, words }: Block): boolean {
  return isShell(language) && !words.some((word) => word === 'by-hand' || word.startsWith('elsewhere:'));
}

export function isShell(language: string): boolean {
  return ['sh', 'bash', 'console'].includes(language);
}

async function runCommand(
  shell: Shell,
  command: PageCommand,
  text: string,
): Promise<{ problem: string | undefined; output: string }> {
  const end = Date.now() + (command.eventually ? EVENTUALLY_MS : 0);
  for (;;) {
    const { code, output } = await shell.run(text);
    const problem = problemOf(command, code, output);
    if (problem === undefined || Date.now() >= end) return { problem, output };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function problemOf({ output: shown, contains }: PageCommand, code: number, output: string): string | undefined {
  if (code !== 0) return `ended with ${code}`;
  if (shown !== undefined && !isShown(shown, output)) return `is shown to print\n${shown}`;
  const missing = contains.find((part) => !isContained(part, output));
  return missing === undefined ? undefined : `is said to print ${missing}`;
}

/** A reader has `bursar` and `npx bursar`, and the files that stand beside the page. */
function surroundings(folder: string, path: string, { instance }: Reader) {
  const programs = join(folder, '.bin');
  mkdirSync(programs);
  const bursar = `${process.execPath} ${join(projectRoot, 'apps/cli/bursar.js')}`;
  for (const [name, script] of [
    ['bursar', `exec ${bursar} "$@"`],
    ['npx', `[ "$1" = bursar ] && shift && exec ${bursar} "$@"; echo "npx $1 is not there" >&2; exit 127`],
  ] as const) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  const beside = dirname(join(projectRoot, path));
  for (const name of readdirSync(beside))
    if (name.endsWith('.mjs')) copyFileSync(join(beside, name), join(folder, name));
  const { PATH = '', HOME = '' } = inheritedEnvironment();
  const environment = {
    PATH: `${programs}:${dirname(process.execPath)}:${PATH}`,
    HOME,
    LANG: 'C.UTF-8',
    BURSAR_URL: instance.url,
    BURSAR_DATA_DIR: instance.dataDirectory,
  };
  return { folder, environment };
}

/** A reader puts in its own address and key, and copies what stands in `<…>` out of what was printed last. */
function filledIn(command: string, printed: string, { instance, key }: Reader): string {
  return command
    .replaceAll('http://127.0.0.1:8402', instance.url)
    .replaceAll('nats://127.0.0.1:4222', instance.natsUrl)
    .replaceAll('<the admin key>', key)
    .replaceAll('<the sandbox>', sandboxOf(instance))
    .replaceAll(/<([a-z]+)>/g, (whole, name: string) => copied(name, printed) ?? whole);
}

/** Out of JSON, or out of a line `name  value`: of a table's head nothing, which has no ids. */
function copied(name: string, printed: string): string | undefined {
  const names = `(?:${name}|${name}_id|[a-z]+_${name})`;
  const found = [...printed.matchAll(new RegExp(`"${names}": ?"([^"]+)"|^${name} {2,}(\\S*[_.:]\\S*)`, 'gm'))].at(-1);
  return found?.[1] ?? found?.[2];
}

/** As `npm start` prints it. */
function sandboxOf({ dataDirectory }: InstanceAddresses): string {
  const running = readFileSync(join(dataDirectory, 'running.json'), 'utf8');
  return (JSON.parse(running) as { sandbox_url?: string }).sandbox_url ?? '';
}
