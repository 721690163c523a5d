// Packs libs/client as the package `bursar-client`: plain JavaScript with types, and the two libs that it imports inside. Prints where
// the tarball is. Nothing is bundled: `#contracts` and `#domain` are the package's own imports, as they are the project's.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'dist', 'packages', 'bursar-client');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
run(process.execPath, [
  join(root, 'node_modules', 'typescript7', 'bin', 'tsc'),
  ...['-p', join(root, 'libs', 'client', 'tsconfig.package.json'), '--outDir', folder],
]);

const entry = (lib) => ({ types: `./${lib}/src/index.d.ts`, default: `./${lib}/src/index.js` });
const description = {
  name: 'bursar-client',
  version: project.version,
  description: 'The TypeScript client of Bursar, the ledger that AI agents spend and earn through.',
  license: project.license,
  keywords: ['agents', 'payments', 'ledger', 'budget', 'x402', 'mpp', 'nats'],
  type: 'module',
  engines: project.engines,
  sideEffects: false,
  exports: { '.': entry('client'), './package.json': './package.json' },
  imports: { '#contracts': entry('contracts'), '#domain': entry('domain') },
  files: ['client', 'contracts', 'domain'],
  dependencies: Object.fromEntries(
    ['@nats-io/transport-node', 'lossless-json', 'uuidv7', 'zod'].map((name) => [name, project.dependencies[name]]),
  ),
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
const readme = readFileSync(join(root, 'libs', 'client', 'README.md'), 'utf8');
writeFileSync(join(folder, 'README.md'), readme.replaceAll("from '#client'", "from 'bursar-client'"));

const packed = run('npm', ['pack', '--json', '--pack-destination', dirname(folder), '--loglevel=error']);
console.log(join(dirname(folder), JSON.parse(packed)[0].filename));

function run(command, parameters) {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return stdout;
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(status ?? 1);
}
