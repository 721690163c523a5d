import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { ScriptedFacilitator, TOKEN, type Answering } from '../test-support/scripted-facilitator.js';
import { encoded, header, Seller } from '../test-support/seller.js';
import { Payable, paymentOf, type PayableOptions, type RouteOptions } from './index.js';

const ADDRESS = '0x00000000000000000000000000000000000000aa';
const JWS = 'aGVhZA.Y2xhaW1z.c2ln';

let facilitator: ScriptedFacilitator;
let seller: Seller | undefined;
beforeEach(async () => void (facilitator = await ScriptedFacilitator.start()));
afterEach(() => {
  seller?.close();
  facilitator.close();
});

type Handler = Parameters<typeof Seller.start>[1];
const page: Handler = (_, response) =>
  void response
    .setHeader('content-type', 'application/json')
    .setHeader('cache-control', 'max-age=60')
    .end('{"page":1}');
const failing: Handler = (_, response) => void response.writeHead(500).end('{"failed":1}');

async function sell(route: RouteOptions = {}, handler: Handler = page, options: Partial<PayableOptions> = {}) {
  const payable = new Payable({
    url: facilitator.url,
    token: 'seller',
    payTo: 'writer',
    deadline_ms: 1000,
    ...options,
  });
  seller = await Seller.start(payable.route('$0.01', route), handler);
  return seller;
}

const accepted = (response: Response, index = 0): JsonObject =>
  (header(response, 'payment-required')['accepts'] as JsonObject[])[index]!;

/** Meets the 402 and comes back with a payment in v2. */
async function pay(at: Seller, change: (payload: JsonObject) => JsonObject = (payload) => payload): Promise<Response> {
  const challenge = await at.get();
  const payload = { x402Version: 2, accepted: accepted(challenge), payload: { token: JWS } };
  return at.get({ 'PAYMENT-SIGNATURE': encoded(change(payload)) });
}

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

describe('What was not paid', () => {
  const refused: Answering = () => ({
    body: { isValid: false, invalidReason: 'insufficient_funds', invalidMessage: 'x' },
  });
  const duplicate: Answering = () => ({
    body: { success: false, errorReason: 'duplicate_settlement', transaction: 'pay_1', network: 'ledger:test' },
  });

  it('D7: a check that fails tells why, and runs no handler', async () => {
    facilitator.verify = refused;
    const at = await sell();
    const answer = await pay(at);
    expect(answer.status).toBe(402);
    expect(header(answer, 'payment-required')).toMatchObject({ error: 'insufficient_funds' });
    expect(await answer.json()).toMatchObject({ x402Version: 1, error: 'insufficient_funds' });
    expect(at.served).toBe(0);
  });

  it('C4: where the settlement fails nothing of the handler is shown, and its headers neither', async () => {
    facilitator.settle = duplicate;
    const at = await sell({}, (_, response) => void response.setHeader('x-secret', 'the page').end('the page'));
    const answer = await pay(at);
    expect(answer.status).toBe(402);
    expect(header(answer, 'payment-response')).toMatchObject({
      success: false,
      errorReason: 'duplicate_settlement',
      transaction: 'pay_1',
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.has('x-secret')).toBe(false);
    expect(await answer.text()).not.toContain('the page');
  });

  it.each(['upfront', 'escrow'] as const)('C4: %s: no settlement, no handler', async (flow) => {
    facilitator.settle = duplicate;
    const at = await sell({ flow });
    expect((await pay(at)).status).toBe(402);
    expect(at.served).toBe(0);
  });

  it.each<[string, (payload: JsonObject) => JsonObject]>([
    [
      'another amount',
      (payload) => ({ ...payload, accepted: { ...(payload['accepted'] as JsonObject), amount: '1' } }),
    ],
    [
      'another payee',
      (payload) => ({ ...payload, accepted: { ...(payload['accepted'] as JsonObject), payTo: 'thief' } }),
    ],
    [
      'another flow',
      (payload) => ({
        ...payload,
        accepted: { ...(payload['accepted'] as JsonObject), extra: { paymentFlow: 'escrow' } },
      }),
    ],
    ['one field more', (payload) => ({ ...payload, accepted: { ...(payload['accepted'] as JsonObject), more: 1 } })],
    ['no offer', (payload) => ({ ...payload, accepted: undefined })],
    ['another version', (payload) => ({ ...payload, x402Version: 1 })],
    ['no payload', (payload) => ({ ...payload, payload: undefined })],
    ['a step of its own', (payload) => ({ ...payload, payload: { token: JWS, type: 'void' } })],
  ])('C5: a payment with %s is refused before anybody is asked', async (_, change) => {
    const at = await sell();
    expect((await pay(at, change)).status).toBe(402);
    expect(at.served).toBe(0);
    expect(facilitator.steps).toEqual([]);
  });

  it.each(['', 'nonsense', '{}', encoded([]), encoded('x'), 'e30', encoded({ x402Version: 3 })])(
    'C5: a header %j is no payment',
    async (value) => {
      const at = await sell();
      for (const name of ['PAYMENT-SIGNATURE', 'X-PAYMENT']) expect((await at.get({ [name]: value })).status).toBe(402);
      expect(at.served).toBe(0);
      expect(facilitator.steps).toEqual([]);
    },
  );

  it('C5: of 20 copies at once one is served, and the handler runs once', async () => {
    let answer: () => void = () => undefined;
    const at = await sell({}, (_, response) => void (answer = () => response.end('{}')));
    const payload = { x402Version: 2, accepted: accepted(await at.get()), payload: { token: JWS } };
    const statuses: number[] = [];
    const copies = Array.from({ length: 20 }, async () =>
      statuses.push((await at.get({ 'PAYMENT-SIGNATURE': encoded(payload) })).status),
    );
    await until(() => statuses.length === 19);
    answer();
    await Promise.all(copies);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 402)).toHaveLength(19);
    expect(at.served).toBe(1);
    expect(facilitator.steps).toEqual(['verify', 'capture 10000']);
  });
});

describe('Where the handler fails', () => {
  it('B3: authorization: a settlement of 0 gives the hold back, and the failure is told as it is', async () => {
    const answer = await pay(await sell({}, failing));
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ failed: 1 });
    expect(answer.headers.has('payment-response')).toBe(false);
    expect(facilitator.steps).toEqual(['verify', 'capture 0']);
  });

  it('B3: escrow: the hold is voided, and the payer is told so', async () => {
    const answer = await pay(await sell({ flow: 'escrow' }, failing));
    expect(answer.status).toBe(500);
    expect(facilitator.steps).toEqual(['authorize 10000', 'void 10000']);
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
    expect(answer.headers.get('cache-control')).toBe('private');
  });

  it('B3: upfront: what was taken stays taken, and the payer holds the proof', async () => {
    const answer = await pay(await sell({ flow: 'upfront' }, failing));
    expect(answer.status).toBe(500);
    expect(facilitator.steps).toEqual(['capture 10000']);
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
  });

  it('B3: a wallet has held nothing, so nothing is given back', async () => {
    const at = await sell({}, failing, { address: ADDRESS });
    const payload = { x402Version: 2, accepted: accepted(await at.get(), 1), payload: { signature: '0x1' } };
    expect((await at.get({ 'PAYMENT-SIGNATURE': encoded(payload) })).status).toBe(500);
    expect(facilitator.steps).toEqual(['verify']);
  });

  it('B3: a client that went away before the answer pays nothing', async () => {
    const at = await sell({}, () => undefined);
    const payload = { x402Version: 2, accepted: accepted(await at.get()), payload: { token: JWS } };
    const leaving = new AbortController();
    const request = fetch(at.url, { headers: { 'PAYMENT-SIGNATURE': encoded(payload) }, signal: leaving.signal });
    await until(() => at.served === 1);
    leaving.abort();
    await expect(request).rejects.toThrow();
    await until(() => facilitator.steps.length === 2);
    expect(facilitator.steps).toEqual(['verify', 'capture 0']);
  });

  it('B3: the failure is told even where the hold cannot be given back', async () => {
    facilitator.settle = () => ({ status: 503, body: { status: 503 } });
    const answer = await pay(await sell({}, failing, { deadline_ms: 100 }));
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ failed: 1 });
  });
});

describe('Where Bursar does not answer', () => {
  it.each<[string, Answering]>([
    ['hangs up', () => 'hang up'],
    ['answers 503', () => ({ status: 503, body: { status: 503, code: 'settlement_unavailable' } })],
    ['answers 503 in the words of the protocol', () => ({ status: 503, body: { isValid: false, success: false } })],
    ['answers nothing that can be read', () => ({ body: 'gone' })],
    ['answers something else', () => ({ body: { ok: true } })],
    ['refuses the credential', () => ({ status: 401, body: { isValid: false, success: false } })],
    ['refuses the role', () => ({ status: 403, body: { isValid: false, success: false } })],
  ])('A7: %s: 503, never 402, and no handler', async (_, answering) => {
    facilitator.verify = answering;
    facilitator.settle = answering;
    for (const flow of ['authorization', 'upfront', 'escrow'] as const) {
      const at = await sell({ flow }, page, { deadline_ms: 100 });
      const answer = await pay(at);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(at.served).toBe(0);
      at.close();
    }
  });

  it('C3: a settlement whose answer is lost is asked for again with its key, and what was paid is served', async () => {
    let times = 0;
    const answered = facilitator.settle;
    facilitator.settle = (asked) => {
      times += 1;
      if (times === 1) return 'hang up';
      if (times === 2) {
        const pending = {
          success: false,
          errorReason: 'settlement_pending',
          transaction: 'pay_1',
          network: 'ledger:test',
        };
        return { status: 503, body: pending };
      }
      return answered(asked);
    };
    const answer = await pay(await sell());
    expect(answer.status).toBe(200);
    const keys = facilitator.asked.filter(({ call }) => call === 'settle').map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('C3: where the outcome stays unknown it is neither served nor asked for again', async () => {
    facilitator.settle = () => 'hang up';
    const answer = await pay(await sell({}, page, { deadline_ms: 150 }));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'settlement_unavailable' });
  });

  it('A7: nothing is offered before it is known what is settled, and it is asked again', async () => {
    const { supported } = facilitator;
    facilitator.supported = () => ({ status: 503, body: {} });
    const at = await sell({}, page, { deadline_ms: 60 });
    expect((await at.get()).status).toBe(503);
    facilitator.supported = supported;
    expect((await at.get()).status).toBe(402);
    const asked = facilitator.asked.length;
    expect((await at.get()).status).toBe(402);
    expect(facilitator.asked).toHaveLength(asked);
  });

  it('A9: nothing is offered where nothing is settled that the route asks for', async () => {
    facilitator.kinds = [{ x402Version: 2, scheme: 'exact', network: 'eip155:1', extra: {} }];
    expect((await (await sell()).get()).status).toBe(503);
  });
});

async function until(done: () => boolean): Promise<void> {
  for (let times = 0; !done(); times += 1) {
    if (times > 200) throw new Error('it does not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
