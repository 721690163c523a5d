import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedFacilitator, TOKEN } from '../test-support/scripted-facilitator.js';
import { header, type Seller } from '../test-support/seller.js';
import { accepted, ADDRESS, JWS, page, sellThrough, type Sold } from '../test-support/sold-page.js';
import { Payable, type PayableOptions, type RouteOptions } from './index.js';

let facilitator: ScriptedFacilitator;
let seller: Seller | undefined;
beforeEach(async () => void (facilitator = await ScriptedFacilitator.start()));
afterEach(() => {
  seller?.close();
  facilitator.close();
});

const sell = async (...sold: Sold) => (seller = await sellThrough(facilitator, ...sold));

describe('A 402 of a payable route', () => {
  it('A6: asks in all three forms at once, each with the same price', async () => {
    const at = await sell({ description: 'A page', mimeType: 'application/json' }, page, { address: ADDRESS });
    const answer = await at.get();
    expect(answer.status).toBe(402);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const ledger = { scheme: 'exact', network: 'ledger:test', amount: '10000', asset: 'USD', payTo: 'writer' };
    const evm = { ...ledger, network: 'eip155:1651864179', asset: TOKEN, payTo: ADDRESS };
    const extra = { name: 'Bursar USD', version: '1' };
    expect(header(answer, 'payment-required')).toEqual({
      x402Version: 2,
      error: 'Payment required',
      resource: { url: at.url, description: 'A page', mimeType: 'application/json' },
      accepts: [
        { ...ledger, maxTimeoutSeconds: 60, extra: {} },
        { ...evm, maxTimeoutSeconds: 60, extra },
      ],
    });
    expect(await answer.json()).toMatchObject({
      x402Version: 1,
      accepts: [
        { scheme: 'exact', network: 'base-sepolia', maxAmountRequired: '10000', asset: TOKEN, payTo: ADDRESS, extra },
      ],
    });
    const legacy = header(answer, 'x-payment-required');
    expect(legacy).toMatchObject({ amount: '0.01', currency: 'USD', destination: 'writer', resource: at.url });
    expect(header(await at.get(), 'x-payment-required')['nonce']).not.toBe(legacy['nonce']);
    expect(at.served).toBe(0);
  });

  it('A6: lists no network in v1 that its packages throw at, unless it has no other', async () => {
    const withAddress = await sell({}, page, { address: ADDRESS });
    const networks = async (at: Seller) =>
      ((await (await at.get()).json()) as { accepts: { network: string }[] }).accepts.map(({ network }) => network);
    expect(await networks(withAddress)).toEqual(['base-sepolia']);
    withAddress.close();
    expect(await networks(await sell())).toEqual(['ledger:test']);
  });

  it('A9: in escrow no wallet is asked, since what it signs cannot be held', async () => {
    const at = await sell({ flow: 'escrow' }, page, { address: ADDRESS });
    expect(header(await at.get(), 'payment-required')['accepts']).toEqual([
      expect.objectContaining({ network: 'ledger:test', extra: { paymentFlow: 'escrow' } }),
    ]);
  });

  it('A9: under upto the older form, which knows no maximum, is not offered', async () => {
    const at = await sell({ scheme: 'upto' });
    const answer = await at.get();
    expect(answer.headers.has('x-payment-required')).toBe(false);
    expect(accepted(answer)).toMatchObject({ scheme: 'upto', amount: '10000' });
    expect((await at.get({ 'X-PAYMENT': JWS })).status).toBe(402);
    expect(facilitator.steps).toEqual([]);
  });

  it.each([
    [{ payTo: '' }, {}, /payTo/],
    [{ address: '0x1' }, {}, /address/],
    [{}, { timeout_seconds: 0 }, /timeout_seconds/],
  ] as [Partial<PayableOptions>, RouteOptions, RegExp][])(
    'A9: a route that nobody could pay fails when it is made: %j %j',
    (options, route, says) => {
      const payable = new Payable({ url: facilitator.url, token: 'seller', payTo: 'writer', ...options });
      expect(() => payable.route('$0.01', route)).toThrow(says);
    },
  );

  it.each(['free', 0, '$0', '0.01 EUR'])('A9: so does one whose price is %j', (price) => {
    const payable = new Payable({ url: facilitator.url, token: 'seller', payTo: 'writer' });
    expect(() => payable.route(price)).toThrow(/cannot be asked/);
    expect(() => payable.interceptor(price)).toThrow(/cannot be asked/);
  });
});
