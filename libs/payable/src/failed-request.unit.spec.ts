import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { ScriptedFacilitator, type Answering } from '../test-support/scripted-facilitator.js';
import { encoded, header, type Seller } from '../test-support/seller.js';
import { accepted, ADDRESS, failing, JWS, page, pay, sellThrough, type Sold } from '../test-support/sold-page.js';

let facilitator: ScriptedFacilitator;
let seller: Seller | undefined;
beforeEach(async () => void (facilitator = await ScriptedFacilitator.start()));
afterEach(() => {
  seller?.close();
  facilitator.close();
});

const sell = async (...sold: Sold) => (seller = await sellThrough(facilitator, ...sold));

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
