// Installs the published x402 packages that the interop tests run against, where that is not done yet. They have a package.json
// and a lock of their own, so that nothing of them reaches the product.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test', 'interop');
const packages = join(folder, 'packages');
const lock = readFileSync(join(packages, 'package-lock.json'), 'utf8');
const installed = join(packages, 'node_modules', '.installed-lock');

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
  // npm tells its scripts where the outer project is; the inner npm must not believe that it is there.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(local_)?prefix|package_|lifecycle_)/i.test(name)),
  );
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // The paywalls for browsers are peers; scripts build what no server needs.
  const result = spawnSync('npm', ['ci', '--omit=peer', '--ignore-scripts', ...quiet], {
    cwd: packages,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
  writeFileSync(installed, lock);
}

// The packages lie below the tests and not beside them: a package.json beside them would hide the project's own `#names`.
const link = join(folder, 'node_modules');
if (!existsSync(link) || !statSync(link).isDirectory()) {
  rmSync(link, { force: true });
  symlinkSync(join('packages', 'node_modules'), link, 'dir');
}
