import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#embedded';
import { buildWhereStale } from '../support/build.js';
import { EndToEnd } from '../support/end-to-end.js';
import { startInstance, type Instance } from '../support/instance.js';
import { blocksOf, type Block } from './blocks.js';
import { isShell, runPage } from './run-page.js';

/** Every page that a reader finds, but for those that are written by a script and have no commands. */
function pages(): string[] {
  const readmes = ['apps', 'libs', 'deploy'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
      .map((path) => join(folder, path)),
  );
  const docs = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('decisions'))
    .map((path) => join('docs', path));
  return ['README.md', ...docs.toSorted(), ...readmes.toSorted()];
}

const blocks = (page: string): Block[] => blocksOf(readFileSync(join(projectRoot, page), 'utf8'));
const withBlocks = pages().filter((page) => blocks(page).length > 0);
const withCommands = withBlocks.filter((page) => blocks(page).some((block) => isShell(block.language)));

let instance: Instance;
let world: EndToEnd;
beforeAll(async () => {
  // The commands verify and rebuild all that is there, which is others' in the shared one.
  buildWhereStale();
  instance = await startInstance();
  world = await EndToEnd.begin(instance);
}, 120_000);
afterAll(async () => {
  await world?.end();
  await instance?.stop();
  instance?.remove();
});

/** Its file and words, where a block says that something else runs what it shows. */
const ELSEWHERE = 'elsewhere:';

describe('A page', () => {
  it.each(withBlocks)('%s: shows nothing that no test runs or reads', (page) => {
    for (const block of blocks(page)) expect([page, block.line, faultOf(block)]).toEqual([page, block.line, undefined]);
  });
});

describe('The commands of a page', () => {
  it.each(withCommands)(
    'A6: %s: all that are shown do what is said beside them',
    async (page) => {
      const { token } = await world.organizations.open();
      expect(await runPage(page, { instance: world.instance, key: token })).toEqual([]);
    },
    300_000,
  );
});

function faultOf(block: Block): string | undefined {
  const elsewhere = block.words.find((word) => word.startsWith(ELSEWHERE))?.slice(ELSEWHERE.length);
  if (elsewhere !== undefined) return faultElsewhere(block, elsewhere);
  if (block.words.includes('by-hand')) return faultByHand(block.text);
  if (isShell(block.language)) return undefined;
  if (block.language === 'json') return faultOfJson(block.text);
  if (block.language === '')
    return /^ *(\$ |(curl|npm|npx|node|bursar) )/m.test(block.text) ? 'is a command' : undefined;
  if (examples().includes(block.text)) return undefined;
  return `is ${block.language}, which nothing runs: say ${ELSEWHERE}<the file that has it>`;
}

/** Files that are compiled, and that a test beside them runs. */
function examples(): string[] {
  const libs = join(projectRoot, 'libs');
  return readdirSync(libs, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\bexamples\/[\w-]+\.ts$/.test(path))
    .map((path) => readFileSync(join(libs, path), 'utf8'));
}

/** A snippet stands in the file that runs it, line by line; of a command each word does. */
function faultElsewhere({ text, language }: Block, path: string): string | undefined {
  const file = readFileSync(join(projectRoot, path), 'utf8');
  const parts = isShell(language) ? wordsOf(text) : text.split('\n').map((line) => line.trim());
  const missing = parts.find((part) => !file.includes(part));
  return missing === undefined ? undefined : `${path} does not have: ${missing}`;
}

/** Nobody waits for it here, but it has to be there. */
function faultByHand(text: string): string | undefined {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object };
  const missing = text
    .trimEnd()
    .split('\n')
    .find((line) => !((/^npm run ([\w:]+)/.exec(line)?.[1] ?? '') in scripts));
  return missing === undefined ? undefined : `there is no such script: ${missing}`;
}

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/npm run|npm|bursar|&&|-- /g, ' ')
    .split(/\s+/)
    .filter((word) => !word.includes('…'))
    .map((word) => word.replace(/^--/, ''));
}

function faultOfJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
