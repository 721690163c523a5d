import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inheritedEnvironment } from '#config';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { startInstance, type Instance } from '../../../test/support/instance.js';

const PLAIN_JAVASCRIPT = `
import { BursarBus, BursarClient, DeclinedError, fetchWithBudget } from 'bursar-client';
const [url, natsUrl, token] = process.argv.slice(2);
const bursar = new BursarClient({ url, token });
const { token: own } = await bursar.agents.create({ handle: 'plain', spending_cap: { amount: '0.10' } });
const over_http = await bursar.payments.pay({ agent_id: 'plain', service: 'search', amount: '0.05' });
const bus = await BursarBus.connect({ url: natsUrl, token: own });
const over_the_bus = await bus.publish({ service: 'search', amount: '0.05', capture: true });
await bus.close();
const refused = await bursar.payments.pay({ agent_id: 'plain', service: 'search', amount: '0.05' }).catch((error) => error);
const free = await fetchWithBudget(bursar, { max_per_request: '0.01' })(url + '/health/live');
console.log(JSON.stringify({
  statuses: [over_http.status, over_the_bus.status],
  refused: [refused instanceof DeclinedError, refused.code, refused.remaining],
  free: free.status,
}));
`;
const TYPED = `
import { BursarClient, type PaymentAnswer } from 'bursar-client';
export const answer: Promise<PaymentAnswer> = new BursarClient({ url: '', token: '' }).payments.pay({ service: 's', amount: 1 });
// @ts-expect-error: a payment names its amount.
export const wrong = new BursarClient({ url: '', token: '' }).payments.pay({ service: 's' });
`;

const run = promisify(execFile);
const folder = makeTemporaryDirectory();
let instance: Instance;
beforeAll(async () => {
  instance = await startInstance();
  const { stdout } = await run(process.execPath, [join(projectRoot, 'scripts', 'pack-client.mjs')]);
  writeFileSync(join(folder.path, 'package.json'), '{"private":true,"type":"module"}');
  await npm('install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', stdout.trim());
}, 180_000);
afterAll(async () => {
  await instance.stop();
  instance.remove();
  folder.remove();
});

/** npm tells its scripts where the outer project is; the inner npm must not believe that it is there. */
function npm(...parameters: string[]) {
  const outer = /^npm_(config_(local_)?prefix|package_|lifecycle_)/i;
  const env = Object.fromEntries(Object.entries(inheritedEnvironment()).filter(([name]) => !outer.test(name)));
  return run('npm', parameters, { cwd: folder.path, env });
}

describe('the package that is published', () => {
  it('is installed into an empty folder and pays from plain JavaScript, over HTTP and the bus', async () => {
    const script = join(folder.path, 'pay.js');
    writeFileSync(script, PLAIN_JAVASCRIPT);
    const { stdout } = await run(process.execPath, [script, instance.url, instance.natsUrl, instance.adminKey]);
    expect(JSON.parse(stdout)).toEqual({
      statuses: ['captured', 'captured'],
      refused: [true, 'lifetime_cap_exceeded', '0'],
      free: 200,
    });
  });

  it('has types', async () => {
    mkdirSync(join(folder.path, 'typed'));
    writeFileSync(join(folder.path, 'typed', 'use.ts'), TYPED);
    const modules = join(projectRoot, 'node_modules');
    const compile = run(process.execPath, [
      join(modules, 'typescript7', 'bin', 'tsc'),
      ...['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'],
      ...['--typeRoots', join(modules, '@types'), '--types', 'node', join(folder.path, 'typed', 'use.ts')],
    ]);
    expect(await compile.catch((error: { stdout: string }) => error)).toMatchObject({ stdout: '' });
  });
});
