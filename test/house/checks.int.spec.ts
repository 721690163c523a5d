import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Every check of `npm run check` passes a small sound project and fails on one violation in it: a check that
// cannot fail, by a wrong setting, would otherwise look like a clean house.

const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());

interface Package {
  imports: Record<string, unknown>;
  scripts: Record<string, string>;
}
const real = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Package;

const sound = {
  'package.json': `${JSON.stringify(
    {
      name: 'house',
      type: 'module',
      imports: {
        '#contracts': real.imports['#contracts'],
        '#domain': real.imports['#domain'],
        '#testing': real.imports['#testing'],
        '#x402': real.imports['#x402'],
      },
      dependencies: { zod: '4.6.7' },
    },
    null,
    2,
  )}\n`,
  'libs/domain/src/index.ts': "export { unit, type Colour } from './unit.js';\n",
  'libs/domain/src/unit.ts': "export const unit = 1n;\n\nexport type Colour = 'red' | 'green';\n",
  'libs/contracts/src/index.ts': "import { z } from 'zod';\n\nexport const amount = z.string();\n",
  'libs/protocols/x402/src/index.ts': "import { unit } from '#domain';\n\nexport const wire = unit;\n",
  'libs/testing/src/index.ts': 'export const server = 1;\n',
  'apps/gateway/src/main.ts':
    "import { amount } from '#contracts';\nimport { unit } from '#domain';\nimport { wire } from '#x402';\n\namount.parse((unit + wire).toString());\n",
  'apps/gateway/src/main.unit.spec.ts': "import { server } from '#testing';\n\nserver.toFixed();\n",
};

const project = join(folder.path, 'house');
// Real folders: the tools look through links into places that they would not look at otherwise.
for (const name of ['zod', 'kysely', 'fast-check', '@types/node', 'undici-types', 'typescript7', '@typescript']) {
  cpSync(join(projectRoot, 'node_modules', name), join(project, 'node_modules', name), { recursive: true });
}
const settings = ['tsconfig.json', '.oxlintrc.json', '.dependency-cruiser.cjs', 'knip.json', '.prettierrc.json'];
for (const name of [...settings, '.prettierignore']) cpSync(join(projectRoot, name), join(project, name));

/** Runs one script of package.json over the sound project with `changes` over it. */
function run(script: string, changes: Record<string, string>): { status: number | null; output: string } {
  for (const name of ['apps', 'libs', 'test', 'examples'])
    rmSync(join(project, name), { recursive: true, force: true });
  for (const name of ['test', 'examples']) mkdirSync(join(project, name));
  for (const [file, text] of Object.entries({ ...sound, ...changes })) {
    mkdirSync(join(project, dirname(file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  const command = (real.scripts[script] ?? 'false').replace('npm run -s types', real.scripts['types'] ?? 'false');
  const result = spawnSync('sh', ['-c', command], {
    cwd: project,
    encoding: 'utf8',
    env: {
      PATH: `${join(projectRoot, 'node_modules', '.bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: folder.path,
    },
  });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

const main = 'apps/gateway/src/main.ts';
const withMain = (text: string) => ({ [main]: `${sound[main]}${text}` });

const violations: { script: string; what: string; changes: Record<string, string>; says: string }[] = [
  {
    script: 'check:types',
    what: 'a wrong type',
    changes: withMain("export const price: number = '1';\n"),
    says: 'TS2322',
  },
  {
    script: 'check:lint',
    what: 'a promise that nobody waits for',
    changes: withMain('\nasync function pay() {}\n\npay();\n'),
    says: 'no-floating-promises',
  },
  {
    script: 'check:lint',
    what: 'a switch that forgets a case',
    changes: {
      'libs/domain/src/unit.ts':
        "export const unit = 1n;\n\nexport type Colour = 'red' | 'green';\n\nexport function say(colour: Colour): void {\n  switch (colour) {\n    case 'red':\n      break;\n  }\n}\n",
    },
    says: 'switch-exhaustiveness-check',
  },
  {
    script: 'check:lint',
    what: 'the environment read outside of config',
    changes: withMain("process.env['HOME']?.trim();\n"),
    says: 'no-process-env',
  },
  {
    script: 'check:lint',
    what: 'a skipped test',
    changes: {
      'apps/gateway/src/main.unit.spec.ts':
        "import { expect, it } from '@jest/globals';\n\nit.skip('adds', () => expect(1).toBe(1));\n",
    },
    says: 'no-disabled-tests',
  },
  {
    script: 'check:imports',
    what: 'a domain that reads files',
    changes: {
      'libs/domain/src/unit.ts':
        "import { readFileSync } from 'node:fs';\n\nexport const unit = readFileSync('x').length;\n",
    },
    says: 'libs-domain-imports',
  },
  {
    script: 'check:imports',
    what: 'a lib that is not reached through its index',
    changes: withMain("import '../../../libs/domain/src/unit.js';\n"),
    says: 'libs-only-through-index',
  },
  {
    script: 'check:imports',
    what: 'a protocol that reads files',
    changes: { 'libs/protocols/x402/src/index.ts': "import { readFileSync } from 'node:fs';\n\nreadFileSync('x');\n" },
    says: 'libs-protocols-x402-imports',
  },
  {
    script: 'check:imports',
    what: 'a protocol that is not reached through its index',
    changes: {
      ...withMain("import '../../../libs/protocols/x402/src/wire.js';\n"),
      'libs/protocols/x402/src/wire.ts': 'export const wire = 1;\n',
    },
    says: 'libs-only-through-index',
  },
  {
    script: 'check:imports',
    what: 'test servers in production',
    changes: withMain("import '#testing';\n"),
    says: 'testing-only-from-tests',
  },
  {
    script: 'check:imports',
    what: 'a cycle',
    changes: {
      'libs/domain/src/unit.ts':
        "import type { unit as itself } from './index.js';\n\nexport const unit: typeof itself = 1n;\n",
    },
    says: 'no-cycles',
  },
  {
    script: 'check:imports',
    what: 'an app that imports another app',
    changes: { 'apps/projection/src/main.ts': "import '../../gateway/src/main.js';\n" },
    says: 'no-app-imports-another-app',
  },
  {
    script: 'check:imports',
    what: 'a drawer for everything',
    changes: { 'libs/shared/src/index.ts': "import '#domain';\n" },
    says: 'no-drawer-for-everything',
  },
  {
    script: 'check:imports',
    what: 'a package that only development has',
    changes: withMain("import 'fast-check';\n"),
    says: 'not-declared',
  },
  {
    script: 'check:dead-code',
    what: 'a file that nobody imports',
    changes: { 'apps/gateway/src/old.ts': 'export const old = 1;\n' },
    says: 'old.ts',
  },
  {
    script: 'check:dead-code',
    what: 'an export that nobody uses',
    changes: { 'libs/domain/src/unit.ts': `${sound['libs/domain/src/unit.ts']}\nexport const spare = 2n;\n` },
    says: 'spare',
  },
  {
    script: 'check:dead-code',
    what: 'a package that nobody uses',
    changes: { 'package.json': sound['package.json'].replace('"zod"', '"kysely": "0.29.9",\n    "zod"') },
    says: 'kysely',
  },
  { script: 'check:format', what: 'another format', changes: withMain('  export  const  a=1\n'), says: 'main.ts' },
];

describe('the checks of the house', () => {
  it.each([...new Set(violations.map(({ script }) => script))])('%s passes a sound project', (script) => {
    const { status, output } = run(script, {});
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });

  it.each(violations)('$script fails on $what', ({ script, changes, says }) => {
    const { status, output } = run(script, changes);
    expect(status).not.toBe(0);
    expect(output).toContain(says);
  });
});
