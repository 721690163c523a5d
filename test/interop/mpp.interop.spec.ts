import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Challenge, Credential, Receipt } from 'mppx';
import {
  challengeId,
  isOwnChallenge,
  readCredential,
  readLedgerChallenge,
  writeCharge,
  writeCredential,
  writePaymentChallenge,
  writePaymentReceipt,
} from '#mpp';
import { deserializeCredential, mppxFetch, mppxShop, payingHeaders, type MppxShop } from './support/mpp.js';
import { Market } from './support/market.js';
import type { Shop } from './support/goods.js';
import { shops } from './support/shops.js';

let market: Market;
let payable: Record<string, Shop>;
let shop: MppxShop;
beforeAll(async () => {
  market = await Market.open();
  const till = { url: market.url, token: market.sellerToken, payTo: 'seller' };
  const names = ['the payable route of Bursar', 'the payable route of Bursar, in Nest'];
  payable = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await shops[name]!(till)] as const)));
  shop = await mppxShop(market.seller);
}, 120_000);
afterAll(async () => {
  for (const one of Object.values(payable ?? {})) one.close();
  shop?.close();
  await market?.close();
});

const PRICE = 10_000;
const SECRET = 'a secret of at least 32 bytes, for tests';

describe.each(['the payable route of Bursar', 'the payable route of Bursar, in Nest'])('%s', (name) => {
  it.each(['/authorization', '/upfront', '/escrow'])(
    'A6 C5: %s: the client of mppx pays and is served',
    async (path) => {
      const at = payable[name]!;
      const before = at.served();
      const cost = await market.cost(async () => {
        const answer = await mppxFetch(market.buyer)(`${at.url}${path}`);
        expect([answer.status, await answer.json()]).toEqual([200, { sold: path }]);
        const receipt = Receipt.fromResponse(answer);
        expect(receipt).toMatchObject({ status: 'success', method: 'ledger' });
        expect(await market.status(receipt.reference)).toBe('captured');
      });
      expect(cost).toEqual({ spent: PRICE, held: 0 });
      expect(at.served() - before).toBe(1);
    },
  );

  it.each(['/failing', '/failing-escrow'])('B3: %s: gives the hold back to the client of mppx', async (path) => {
    const cost = await market.cost(async () => {
      const answer = await mppxFetch(market.buyer)(`${payable[name]!.url}${path}`);
      expect([answer.status, answer.headers.has('payment-receipt')]).toEqual([500, false]);
    });
    expect(cost).toEqual({ spent: 0, held: 0 });
  });
});

describe('A server of mppx', () => {
  it('A6: is paid by its own client out of an agent’s account', async () => {
    const cost = await market.cost(async () => {
      const answer = await mppxFetch(market.buyer)(`${shop.url}/page`);
      expect([answer.status, await answer.json()]).toEqual([200, { sold: '/page' }]);
      expect(await market.status(Receipt.fromResponse(answer).reference)).toBe('captured');
    });
    expect(cost).toEqual({ spent: PRICE, held: 0 });
  });

  it('A6 C5: is paid with the raw header and nothing of mppx, and serves 20 copies once', async () => {
    const before = shop.served();
    const cost = await market.cost(async () => {
      const challenge = (await fetch(`${shop.url}/page`)).headers.get('www-authenticate')!;
      const headers = await payingHeaders(market.buyer, challenge);
      const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${shop.url}/page`, { headers })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 402)).toHaveLength(19);
    });
    expect(cost).toEqual({ spent: PRICE, held: 0 });
    expect(shop.served() - before).toBe(1);
  });
});

describe('The wire', () => {
  const charge = { amount: 1n, asset: 'USD', recipient: 'writer', network: 'ledger:main', flow: 'escrow' } as const;
  const terms = {
    realm: 'api.example.com',
    method: 'ledger',
    intent: 'charge',
    request: writeCharge({ ...charge, resource: 'https://a.example/ü?q="1"' }),
    expires: '2026-12-01T00:00:00.000Z',
    digest: 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    opaque: Buffer.from('{"nonce":"1"}').toString('base64url'),
    description: 'A page, "with" a \\ and an é – 😀',
  };
  const challenge = { id: challengeId(Buffer.from(SECRET), terms), ...terms };

  it('A6: challenge, credential and receipt of ours are read by mppx', () => {
    const read = Challenge.deserialize(writePaymentChallenge(challenge));
    expect(read).toMatchObject({ id: challenge.id, realm: terms.realm, description: terms.description });
    expect(read.request).toEqual(JSON.parse(Buffer.from(terms.request, 'base64url').toString()));
    expect(Challenge.verify(read, { secretKey: SECRET })).toBe(true);
    const credential = deserializeCredential(writeCredential({ challenge, payload: { token: 'a.b.c' } }));
    expect(credential).toMatchObject({ challenge: { id: challenge.id }, payload: { token: 'a.b.c' } });
    expect(Challenge.verify(credential.challenge, { secretKey: SECRET })).toBe(true);
    const receipt = { timestamp: '2026-12-01T00:00:00.000Z', reference: 'pay_1' };
    expect(Receipt.deserialize(writePaymentReceipt(receipt))).toMatchObject({ status: 'success', ...receipt });
  });

  it('A6: challenge and credential of mppx are read by ours, and their ids are what ours would be', () => {
    const theirs = Challenge.from({
      secretKey: SECRET,
      realm: 'api.example.com',
      method: 'ledger',
      intent: 'charge',
      request: { amount: '1', currency: 'USD', recipient: 'writer', methodDetails: { network: 'ledger:main' } },
      expires: '2026-12-01T00:00:00.000Z',
      digest: 'sha-256=abc',
      meta: { order: '7' },
    });
    const header = `Bearer realm="x", ${Challenge.serialize(theirs)}`;
    expect(readLedgerChallenge(header, 'ledger:main')).toMatchObject({
      ok: true,
      challenge: { amount: 1n, recipient: 'writer', challenge: { id: theirs.id, digest: 'sha-256=abc' } },
    });
    const read = readCredential(
      Credential.serialize({ challenge: theirs, payload: { token: 'a.b.c' }, source: 'did:x:1' }),
    );
    if (!read.ok) throw new Error(JSON.stringify(read));
    expect(isOwnChallenge(Buffer.from(SECRET), read.credential.challenge)).toBe(true);
    expect(read.credential.payload).toEqual({ token: 'a.b.c' });
  });
});
