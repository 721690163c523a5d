import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedFacilitator } from '../test-support/scripted-facilitator.js';
import { encoded, header, type Seller } from '../test-support/seller.js';
import { ADDRESS, JWS, page, pay, sellThrough, type Sold } from '../test-support/sold-page.js';
import { paymentOf } from './index.js';

let facilitator: ScriptedFacilitator;
let seller: Seller | undefined;
beforeEach(async () => void (facilitator = await ScriptedFacilitator.start()));
afterEach(() => {
  seller?.close();
  facilitator.close();
});

const sell = async (...sold: Sold) => (seller = await sellThrough(facilitator, ...sold));

describe('A paid request', () => {
  it('C4: authorization: checked, served, settled, and then sent', async () => {
    const at = await sell();
    const answer = await pay(at);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ page: 1 });
    expect(header(answer, 'payment-response')).toMatchObject({ success: true, transaction: 'pay_1' });
    expect(answer.headers.get('cache-control')).toBe('max-age=60, private');
    expect(facilitator.steps).toEqual(['verify', 'capture 10000']);
    const [, verify, settle] = facilitator.asked;
    expect(verify!.authorization).toBe('Bearer seller');
    expect(settle!.key).toMatch(/^[0-9a-f-]{36}\.capture$/);
    expect(settle!.body.paymentPayload).toMatchObject({ payload: { token: JWS }, resource: { url: at.url } });
  });

  it('C4: upfront: settled, then served', async () => {
    const answer = await pay(await sell({ flow: 'upfront' }));
    expect(answer.status).toBe(200);
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
    expect(facilitator.steps).toEqual(['capture 10000']);
    expect(facilitator.asked.at(-1)!.body.paymentRequirements['extra']).toEqual({ paymentFlow: 'upfront' });
  });

  it('C4: escrow: made firm, served, captured', async () => {
    const answer = await pay(await sell({ flow: 'escrow' }));
    expect(answer.status).toBe(200);
    expect(facilitator.steps).toEqual(['authorize 10000', 'capture 10000']);
  });

  it('B4: upto: what the handler says is charged, and more than the price is an error', async () => {
    const at = await sell({ scheme: 'upto' }, (request, response) => {
      const payment = paymentOf(request)!;
      expect(() => payment.charge('$0.011')).toThrow(/more than the payer agreed/);
      expect(() => payment.charge('1 JPY')).toThrow(/more than the payer agreed/);
      payment.charge('$0.004');
      response.end('{}');
    });
    expect((await pay(at)).status).toBe(200);
    expect(facilitator.steps).toEqual(['verify', 'capture 4000']);
  });

  it('B5: upto: nothing charged is nothing, and nothing said is the price', async () => {
    const at = await sell({ scheme: 'upto' }, (request, response) => {
      if (at.served === 1) paymentOf(request)!.charge(0);
      response.end('{}');
    });
    await pay(at);
    await pay(at);
    expect(facilitator.steps).toEqual(['verify', 'capture 0', 'verify', 'capture 10000']);
  });

  it('B4: a fixed price cannot be changed', async () => {
    const at = await sell({}, (request, response) => {
      expect(() => paymentOf(request)!.charge('$0.004')).toThrow(/fixed/);
      response.end('{}');
    });
    expect((await pay(at)).status).toBe(200);
  });

  it('A6: v1 is read from X-PAYMENT, and answered in X-PAYMENT-RESPONSE', async () => {
    const at = await sell();
    const v1 = { x402Version: 1, scheme: 'exact', network: 'ledger:test', payload: { token: JWS } };
    const answer = await at.get({ 'X-PAYMENT': encoded(v1) });
    expect(answer.status).toBe(200);
    expect(header(answer, 'x-payment-response')).toMatchObject({ success: true });
    expect(answer.headers.has('payment-response')).toBe(false);
    expect(facilitator.steps).toEqual(['verify', 'capture 10000']);
  });

  it("A6: v1 of a wallet is settled in v1's own words", async () => {
    const at = await sell({}, page, { address: ADDRESS });
    const payload = { signature: '0x1', authorization: { from: ADDRESS } };
    const v1 = { x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload };
    expect((await at.get({ 'X-PAYMENT': encoded(v1) })).status).toBe(200);
    expect(facilitator.asked.at(-1)!.body).toMatchObject({
      x402Version: 1,
      paymentPayload: { ...v1, payload },
      paymentRequirements: { network: 'base-sepolia', maxAmountRequired: '10000', payTo: ADDRESS, resource: at.url },
    });
  });

  it('A6: a bare token in X-Payment is the older form', async () => {
    const answer = await (await sell()).get({ 'X-Payment': JWS });
    expect(answer.status).toBe(200);
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
    expect(facilitator.asked.at(-1)!.body.paymentPayload).toMatchObject({
      x402Version: 2,
      accepted: { network: 'ledger:test', amount: '10000', payTo: 'writer' },
      payload: { token: JWS },
    });
  });

  it('C4: a handler that writes its head, flushes and streams is held back whole', async () => {
    const at = await sell({}, (_, response) => {
      response.writeHead(201, { 'x-own': 'yes' });
      response.flushHeaders();
      response.write('one ');
      setTimeout(() => response.end('two'), 20);
    });
    const answer = await pay(at);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-own')).toBe('yes');
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
    expect(await answer.text()).toBe('one two');
  });
});
