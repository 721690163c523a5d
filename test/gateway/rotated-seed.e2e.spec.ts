import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { receiptVerifier } from '../support/receipt-verifier.js';
import { call, Services, type RunningGateway } from './services.js';

const SEEDS = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((seed) => seed.toString('base64url')) as [string, string];

let services: Services;
let gateway: RunningGateway;
beforeAll(async () => {
  services = await Services.start();
  await services.authorization();
  gateway = await services.gateway();
}, 120_000);
afterAll(() => services?.stop());

describe('A signing seed that is rotated while receipts are out', () => {
  it('D4: leaves them good, gives the same claims anew, and forgets the old seed only where it is no longer set', async () => {
    const verify = await receiptVerifier();
    const get = (path: string) => call(gateway.url, 'GET', path);
    const jwks = async () => (await get('/.well-known/jwks.json')).json;
    const signer = await services.settlement({ BURSAR_SIGNING_SEED: SEEDS[0] });
    await call(gateway.url, 'POST', '/v1/agents', { body: { handle: 'buyer', spending_cap: { amount: 1 } } });
    const paid = await call(gateway.url, 'POST', '/v1/payments', {
      body: { agent_id: 'buyer', service: 'search', amount: '0.25', capture: true },
    });
    const path = `/v1/receipts/${String(paid.json['receipt_id'])}`;
    const before = await get(path);
    expect(verify(before.text, await jwks())).toMatchObject({ status: 'captured', amount_captured: '0.25' });
    await signer.stop();

    const rotated = await services.settlement({ BURSAR_SIGNING_SEED: SEEDS.toReversed().join(',') });
    const published = await jwks();
    const after = await get(path);
    expect(after.json['jws']).not.toBe(before.json['jws']);
    expect({ ...after.json, jws: '' }).toEqual({ ...before.json, jws: '' });
    for (const { text } of [before, after]) expect(verify(text, published)).toMatchObject({ status: 'captured' });
    await rotated.stop();

    await services.settlement({ BURSAR_SIGNING_SEED: SEEDS[1] });
    const without = await jwks();
    expect(() => verify(before.text, without)).toThrow(/no key/);
    expect(verify(after.text, without)).toMatchObject({ status: 'captured' });
  }, 120_000);
});
