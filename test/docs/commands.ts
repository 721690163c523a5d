import { spawnSync } from 'node:child_process';
import type { Block } from './blocks.js';

/** One command of a page, and what the page says that it prints. */
export interface PageCommand {
  text: string;
  line: number;
  /** The whole output, where the block shows it. */
  output?: string;
  /** What the output contains, where a comment says it. */
  contains: readonly string[];
  /** Reports follow a moment later: it is run again until it prints what is shown. */
  eventually: boolean;
}

const PROMPT = '$ ';
/** Behind a command of `sh`; lists and reports follow a moment later. */
const CONTAINS = /^# (a moment later )?→ (.*)$/;

/** The commands of a block: of `sh` all of it, of `console` what stands behind a prompt, with the output below it. */
export function commandsOf(block: Block): PageCommand[] {
  return block.language === 'console' ? consoleCommands(block) : shellCommands(block);
}

function consoleCommands(block: Block): PageCommand[] {
  const commands: (PageCommand & { lines: string[] })[] = [];
  let rest: string[] = [];
  for (const [index, line] of block.text.trimEnd().split('\n').entries()) {
    if (line.startsWith(PROMPT) && rest.length === 0) rest = [line.slice(PROMPT.length)];
    else if (rest.length > 0) rest.push(line);
    else {
      if (commands.length === 0) throw new Error(`Line ${block.line + index}: output before a command`);
      commands.at(-1)!.lines.push(line);
      continue;
    }
    if (!isWhole(rest.join('\n'))) continue;
    const text = rest.join('\n');
    commands.push({ text, line: block.line + index, lines: [], contains: [], eventually: isEventual(block) });
    rest = [];
  }
  return commands.map(({ lines, ...command }) => ({ ...command, output: lines.join('\n') }));
}

function shellCommands(block: Block): PageCommand[] {
  const commands: (PageCommand & { contains: string[] })[] = [];
  let rest: string[] = [];
  for (const [index, line] of block.text.trimEnd().split('\n').entries()) {
    const said = rest.length === 0 ? CONTAINS.exec(line) : null;
    if (said) {
      const command = commands.at(-1);
      if (!command) throw new Error(`Line ${block.line + index}: output before a command`);
      command.contains.push(said[2]!);
      command.eventually ||= said[1] !== undefined;
      continue;
    }
    if (rest.length === 0 && (line.trim() === '' || line.startsWith('#'))) continue;
    rest.push(line);
    const text = rest.join('\n');
    if (!isWhole(text)) continue;
    commands.push({ text, line: block.line + index, contains: [], eventually: isEventual(block) });
    rest = [];
  }
  if (rest.length > 0) throw new Error(`The command of line ${block.line + 1} has no end: ${rest[0]}`);
  return commands;
}

const isEventual = ({ words }: Block): boolean => words.includes('eventually');

/** Whether the shell would run it as it stands, or wait for another line; what stands in `<…>` is filled in by then. */
function isWhole(text: string): boolean {
  const input = text.replaceAll(/<[a-z ]+>/g, 'x');
  return !text.endsWith('\\') && spawnSync('bash', ['-n'], { input }).status === 0;
}
