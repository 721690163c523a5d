import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#contracts';
import { startCuttingProxy, type CuttingProxy } from '../../apps/authorization/test-support/cutting-proxy.js';
import { ADMIN_KEY, Services, type RunningGateway } from '../gateway/services.js';
import { aMoment, declaredBody, itemsOf } from '../support/discovery.js';
import { eventually } from '../support/eventually.js';
import { plainCall } from '../support/plain-http.js';
import { challengeV2, X402Calls } from '../support/x402.js';

let services: Services;
let gateway: RunningGateway;
let proxy: CuttingProxy;
let x402: X402Calls;

beforeAll(async () => {
  services = await Services.start();
  proxy = await startCuttingProxy(services.databaseUrl);
  [gateway] = await Promise.all([
    services.gateway(),
    services.authorization(),
    services.settlement({ DATABASE_URL: proxy.url }),
  ]);
  x402 = new X402Calls(gateway.url);
  for (const handle of ['buyer', 'seller'])
    await plainCall(gateway.url, 'POST', '/v1/agents', { token: ADMIN_KEY, body: { handle } });
}, 120_000);
afterAll(async () => {
  await services?.stop();
  await proxy?.close();
}, 60_000);

async function sell(url: string): Promise<{ success: unknown; ms: number }> {
  const { json } = await x402.resolve(ADMIN_KEY, challengeV2({}, { resource: { url } }), { agent_id: 'buyer' });
  const body = declaredBody(json['payment_token'], {}, { url });
  const started = performance.now();
  const settled = await x402.settle(ADMIN_KEY, body);
  return { success: settled.json['success'], ms: performance.now() - started };
}

const ask = (query = '') => plainCall(gateway.url, 'GET', `/x402/discovery/resources${query}`, { token: ADMIN_KEY });
const resources = async () => itemsOf(await ask()).map(({ resource }) => resource);

describe('The catalogue’s database', () => {
  it('H4 A7: while it is away payments settle as ever and lists are a 503; afterwards resources are catalogued again', async () => {
    await sell('https://seller.example/before');
    await eventually(resources, (found) => found.length === 1);
    proxy.shut();
    const sold = [];
    for (let turn = 0; turn < 10; turn++) sold.push(await sell(`https://seller.example/${turn}`));
    expect(sold.map(({ success }) => success)).toEqual(Array.from({ length: 10 }, () => true));
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(problemSchema.parse(answer.json)).toMatchObject({ code: 'read_model_unavailable', retryable: true });
    proxy.open();
    await aMoment();
    await sell('https://seller.example/after');
    expect(await eventually(resources, (found) => found.length === 2)).toEqual([
      'https://seller.example/before',
      'https://seller.example/after',
    ]);
  }, 120_000);

  it('H4: while its table is locked no settlement waits for it', async () => {
    const unlock = await services.lockTable('bursar.paid_resource');
    const sold = [];
    for (let turn = 0; turn < 10; turn++) sold.push(await sell(`https://seller.example/locked${turn}`));
    expect(sold.map(({ success }) => success)).toEqual(Array.from({ length: 10 }, () => true));
    expect(Math.max(...sold.map(({ ms }) => ms))).toBeLessThan(1_500);
    // What waits for the table is given up after two seconds.
    expect((await ask()).status).toBe(503);
    await unlock();
    expect((await ask()).status).toBe(200);
  }, 120_000);
});
