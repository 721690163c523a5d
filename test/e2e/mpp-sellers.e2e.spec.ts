import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readCredential, readPaymentReceipt, writeCredential } from '#mpp';
import { Payable } from '#payable';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';

let world: EndToEnd;
let market: Market;
let server: Server;
/** What the shop has given out. */
let served: string[];
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => {
  market = await openMarket(world);
  served = [];
  await openShop();
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
afterAll(() => world?.end());

/** A server of Node's own: every page costs 0.05, by the flow that its path names; `?fails` fails. */
async function openShop(): Promise<void> {
  const paid = new Payable({ url: world.instance.url, token: market.seller.token, payTo: 'seller' });
  const routes = {
    '/authorization': paid.route('$0.05'),
    '/upfront': paid.route('$0.05', { flow: 'upfront' }),
    '/escrow': paid.route('$0.05', { flow: 'escrow' }),
  };
  server = createServer((request, response) => {
    const path = request.url!.split('?')[0] as keyof typeof routes;
    void routes[path](request as never, response, () => {
      served.push(request.url!);
      if (request.url!.endsWith('?fails')) return response.writeHead(500).end();
      return response.end('the page');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

/** What an agent with nothing but its token does at a 402 of the scheme Payment. */
async function pay(path: string) {
  const challenge = (await get(path)).headers.get('www-authenticate');
  const { status, json, text } = await market.x402.resolve(market.buyer.token, challenge);
  if (status !== 200) throw new Error(text);
  const headers = { [String(json['header_name'])]: String(json['header_value']) };
  return { headers, token: String(json['payment_token']), payment_id: String(json['payment_id']) };
}

async function problemOf(answer: Response): Promise<string> {
  const { type } = (await answer.json()) as { type: string };
  expect([answer.status, answer.headers.has('payment-receipt')]).toEqual([402, false]);
  return type.replace('https://paymentauth.org/problems/', '');
}

describe.each(['/authorization', '/upfront', '/escrow'])('A page that is sold by the scheme Payment: %s', (path) => {
  it('A6 C5: is served for its price, once, with a receipt', async () => {
    const { headers, payment_id } = await pay(path);
    const answer = await get(path, headers);
    expect([answer.status, await answer.text()]).toEqual([200, 'the page']);
    const receipt = readPaymentReceipt(answer.headers.get('payment-receipt')!);
    expect(receipt).toMatchObject({ reference: payment_id, receiptId: payment_id.replace('pay_', 'rcpt_') });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
    expect(await problemOf(await get(path, headers))).toBe('invalid-challenge');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
    expect(served).toEqual([path]);
  });

  it('C5: 20 copies at once are one payment and one page', async () => {
    const { headers } = await pay(path);
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(path, headers)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(await problemOf(answer)).toBe('invalid-challenge');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('B3: a page that fails is not paid, but where it was paid for first', async () => {
    const { headers } = await pay(`${path}?fails`);
    const answer = await get(`${path}?fails`, headers);
    expect([answer.status, answer.headers.has('payment-receipt')]).toEqual([500, false]);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: path === '/upfront' ? 0.05 : 0 });
  });
});

describe('A payment for one challenge', () => {
  it('C5: pays for no other page, challenge, or form of the same', async () => {
    const { headers, token } = await pay('/authorization');
    expect(await problemOf(await get('/authorization?page=2', headers))).toBe('invalid-challenge');
    expect(await problemOf(await get('/escrow', headers))).toBe('invalid-challenge');
    // The token of this payment beside another challenge of the same page.
    const read = readCredential((await pay('/authorization')).headers['Authorization']!);
    if (!read.ok) throw new Error('no credential');
    const mixed = writeCredential({ challenge: read.credential.challenge, payload: { token } });
    expect(await problemOf(await get('/authorization', { Authorization: mixed }))).toBe('verification-failed');
    expect(served).toEqual([]);
    expect(await moneyOf(market)).toEqual({ held: 0.1, earned: 0 });
    expect((await get('/authorization', headers)).status).toBe(200);
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0.05 });
  });

  it('C5: through the doors of x402 is the same payment: one page', async () => {
    const { headers, token } = await pay('/authorization');
    const older = await get('/authorization', { 'X-Payment': token });
    expect(older.status).toBe(200);
    expect(await problemOf(await get('/authorization', headers))).toBe('invalid-challenge');
    const redeemed = await market.x402.redeem(market.seller.token, token);
    expect(redeemed.json['code']).toBe('duplicate_settlement');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('C5: a token of x402 is no proof for it', async () => {
    const offer = (await get('/authorization')).headers.get('payment-required');
    const { json } = await market.x402.resolve(market.buyer.token, offer);
    const read = readCredential((await pay('/authorization')).headers['Authorization']!);
    if (!read.ok) throw new Error('no credential');
    const { challenge } = read.credential;
    const mixed = writeCredential({ challenge, payload: { token: String(json['payment_token']) } });
    expect(await problemOf(await get('/authorization', { Authorization: mixed }))).toBe('verification-failed');
    expect(await moneyOf(market)).toEqual({ held: 0.1, earned: 0 });
  });

  it('F1: is worth nothing once its agent is revoked', async () => {
    const { headers } = await pay('/authorization');
    await market.client.agents.revoke(market.buyer.revocation_id);
    expect(await problemOf(await get('/authorization', headers))).toBe('invalid-challenge');
    expect([served, await moneyOf(market)]).toEqual([[], { held: 0, earned: 0 }]);
  });
});
