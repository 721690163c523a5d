// Writes docs/properties.md: which test proves which property. A test says so in its name: it('A1: …').
// With --check it changes nothing and fails when the page is not current.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = 'docs/properties.md';
const properties = JSON.parse(readFileSync('docs/properties.json', 'utf8'));
const testsOf = new Map(Object.keys(properties).map((id) => [id, []]));

for (const file of specFiles(['apps', 'libs', 'test'])) {
  const groups = [];
  for (const { kind, title, indent } of titlesOf(readFileSync(file, 'utf8'))) {
    while (groups.length > 0 && groups.at(-1).indent >= indent) groups.pop();
    if (kind === 'describe') groups.push({ title, indent });
    else {
      const name = [...groups.map((group) => group.title), title].join(' › ');
      for (const id of new Set(name.match(/\b[A-H]\d{1,2}\b/g))) {
        testsOf.get(id)?.push({ name, file });
      }
    }
  }
}

const proven = [...testsOf].filter(([, tests]) => tests.length > 0);
const text = [
  '# Properties and their tests',
  '',
  'Written by `npm run properties` from the names of the tests; do not edit by hand.',
  `${proven.length} of ${testsOf.size} properties have a test that names them.`,
  '',
  '| property | what must hold | tests |',
  '| --- | --- | --- |',
  ...[...testsOf].map(
    ([id, tests]) => `| ${id} | ${properties[id]} | ${tests.map(describeTest).join('<br>') || 'none yet'} |`,
  ),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== text) fail(`${page} is not current: run npm run properties`);
} else {
  writeFileSync(page, text);
  for (const [id, tests] of testsOf)
    console.log(`${id.padEnd(4)} ${String(tests.length).padStart(3)}  ${properties[id]}`);
  console.log(`${proven.length} of ${testsOf.size} properties have a test that names them (${page}).`);
}

function specFiles(folders) {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((file) => /\.(unit|int|e2e|system|interop)\.spec\.ts$/.test(file) && !file.includes('node_modules'))
    .toSorted();
}

/** Titles stand on the line of `it(` or on the next one; the indentation tells which group they are in. */
function titlesOf(source) {
  const pattern = /^([ \t]*)(describe|it|test)(?:\.\w+(?:\([^\n]*?\))?)*\(\s*(['"`])((?:\\.|(?!\3)[^\\])*)\3/gm;
  return [...source.matchAll(pattern)].map(([, indent, kind, , title]) => ({
    kind,
    indent: indent.length,
    title: title
      .replaceAll('|', '\\|')
      .replaceAll(/\\(['"`])/g, '$1')
      .replaceAll(/\s+/g, ' '),
  }));
}

function describeTest({ name, file }) {
  return `${name} ([${file.split('/').at(-1)}](../${file}))`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
