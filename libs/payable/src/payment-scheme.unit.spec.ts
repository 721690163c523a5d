import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { challengeId, readLedgerChallenge, readPaymentReceipt, writeCredential, type PaymentChallenge } from '#mpp';
import { ScriptedFacilitator, type Answering } from '../test-support/scripted-facilitator.js';
import { header, Seller } from '../test-support/seller.js';
import { Payable, type PayableOptions, type RouteOptions } from './index.js';

const TOKEN = 'aGVhZA.Y2xhaW1z.c2ln';

let facilitator: ScriptedFacilitator;
let sellers: Seller[];
beforeEach(async () => {
  facilitator = await ScriptedFacilitator.start();
  sellers = [];
});
afterEach(() => {
  for (const seller of sellers) seller.close();
  facilitator.close();
});

type Handler = Parameters<typeof Seller.start>[1];
const page: Handler = (_, response) => void response.end('{"page":1}');
const failing: Handler = (_, response) => void response.writeHead(500).end('{"failed":1}');

async function sell(route: RouteOptions = {}, handler = page, options: Partial<PayableOptions> = {}, price = '$0.01') {
  const payable = new Payable({
    url: facilitator.url,
    token: 'seller',
    payTo: 'writer',
    deadline_ms: 1000,
    ...options,
  });
  const seller = await Seller.start(payable.route(price, route), handler);
  sellers.push(seller);
  return seller;
}

function asked(answer: Response) {
  const read = readLedgerChallenge(answer.headers.get('www-authenticate') ?? '', 'ledger:test');
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.challenge;
}

const meet = async (at: Seller) => asked(await at.get()).challenge;
const credentialOf = (challenge: PaymentChallenge, token = TOKEN) => ({
  Authorization: writeCredential({ challenge, payload: { token } }),
});
const pay = async (at: Seller) => at.get(credentialOf(await meet(at)));
const encoded = (value: unknown) => `Payment ${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

async function problemOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(402);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.has('payment-receipt')).toBe(false);
  const body = (await answer.json()) as JsonObject;
  // A refusal asks anew, and names the new challenge.
  expect(body['challengeId']).toBe(asked(answer).challenge.id);
  expect(body).not.toHaveProperty('accepts');
  return String(body['type']).replace('https://paymentauth.org/problems/', '');
}

describe('A 402 of a payable route', () => {
  it('A6: asks by the scheme Payment for just what it asks in the other forms', async () => {
    const at = await sell({ description: 'A page', flow: 'escrow' });
    const before = Date.now();
    const answer = await at.get();
    const { challenge, ends_at, ...terms } = asked(answer);
    expect(terms).toMatchObject({
      amount: 10_000n,
      asset: 'USD',
      recipient: 'writer',
      network: 'ledger:test',
      flow: 'escrow',
      resource: at.url,
    });
    expect(challenge).toMatchObject({ realm: new URL(at.url).host, method: 'ledger', description: 'A page' });
    expect(ends_at! - before).toBeGreaterThanOrEqual(60_000);
    expect(ends_at! - before).toBeLessThan(70_000);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({
      type: 'https://paymentauth.org/problems/payment-required',
      title: 'Payment Required',
      status: 402,
      challengeId: challenge.id,
      x402Version: 1,
      accepts: [{ maxAmountRequired: '10000' }],
    });
    expect(header(answer, 'payment-required')).toMatchObject({ accepts: [{ amount: '10000' }] });
  });

  it('C5: never asks twice by one id', async () => {
    const at = await sell();
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await meet(at)).id));
    expect(new Set(ids).size).toBe(20);
  });

  it('A9: under upto it does not ask by it, and takes nothing by it', async () => {
    const at = await sell();
    const credential = credentialOf(await meet(at));
    const metered = await sell({ scheme: 'upto' });
    const answer = await metered.get();
    expect(answer.headers.has('www-authenticate')).toBe(false);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect((await metered.get(credential)).status).toBe(402);
    expect(metered.served).toBe(0);
  });
});

describe('A request that is paid by the scheme Payment', () => {
  it.each<[RouteOptions['flow'], string[]]>([
    ['authorization', ['verify', 'capture 10000']],
    ['upfront', ['capture 10000']],
    ['escrow', ['authorize 10000', 'capture 10000']],
  ])('C4: %s: in its steps, and answered with a receipt', async (flow, steps) => {
    facilitator.settle = () => ({
      body: { success: true, transaction: 'pay_1', network: 'ledger:test', extra: { receipt_id: 'rcpt_1' } },
    });
    const at = await sell({ flow });
    const challenge = await meet(at);
    const answer = await at.get(credentialOf(challenge));
    expect([answer.status, await answer.json()]).toEqual([200, { page: 1 }]);
    const receipt = readPaymentReceipt(answer.headers.get('payment-receipt')!)!;
    expect(receipt).toMatchObject({ status: 'success', method: 'ledger', reference: 'pay_1', receiptId: 'rcpt_1' });
    expect(Math.abs(Date.parse(receipt.timestamp) - Date.now())).toBeLessThan(5_000);
    expect(answer.headers.get('cache-control')).toBe('private');
    expect(answer.headers.has('payment-response')).toBe(false);
    expect(facilitator.steps).toEqual(steps);
    const { body } = facilitator.asked.at(-1)!;
    expect(body.paymentPayload.payload).toEqual({ token: TOKEN, challenge_id: challenge.id, type: 'capture' });
    expect(body.paymentPayload).toMatchObject({ resource: { url: at.url } });
  });

  it('A6: another server with the same credential takes it too, one with another does not', async () => {
    const at = await sell();
    const replica = await sell({ resource: () => at.url });
    expect((await replica.get(credentialOf(await meet(at)))).status).toBe(200);
    const stranger = await sell({ resource: () => at.url }, page, { token: 'other' });
    expect(await problemOf(await stranger.get(credentialOf(await meet(at))))).toBe('invalid-challenge');
    expect(stranger.served).toBe(0);
  });

  it.each(['Bearer x', 'Basic Og==', 'Payments x'])(
    'A6: a request with another scheme has no payment: %s',
    async (other) => {
      const answer = await (await sell()).get({ Authorization: other });
      expect([answer.status, ((await answer.json()) as JsonObject)['error']]).toEqual([402, 'Payment required']);
    },
  );

  const changes: Record<string, unknown> = {
    id: 'other',
    realm: 'other.example',
    method: 'tempo',
    intent: 'session',
    request: Buffer.from('{"amount":"1"}').toString('base64url'),
    expires: '2999-01-01T00:00:00Z',
    digest: 'sha-256=:x:',
    opaque: 'e30',
  };
  it.each(Object.keys(changes))('C5: a challenge whose %s was changed is none of its own', async (name) => {
    const at = await sell();
    const challenge = { ...(await meet(at)), [name]: changes[name] };
    expect(await problemOf(await at.get(credentialOf(challenge)))).toBe('invalid-challenge');
    expect([at.served, facilitator.steps]).toEqual([0, []]);
  });

  it.each(['id', 'realm', 'method', 'intent', 'request'])('A9: a credential without %s is malformed', async (name) => {
    const at = await sell();
    const { [name as 'id']: _left, ...rest } = await meet(at);
    const answer = await at.get({ Authorization: encoded({ challenge: rest, payload: { token: TOKEN } }) });
    expect(await problemOf(answer)).toBe('malformed-credential');
  });

  it.each(['expires', 'opaque'] as const)('C5: one without %s is not the one that was given out', async (name) => {
    const at = await sell();
    const { [name]: _left, ...rest } = await meet(at);
    expect(await problemOf(await at.get(credentialOf(rest)))).toBe('invalid-challenge');
  });

  it.each<[string, (challenge: PaymentChallenge) => string]>([
    ['nothing', () => 'Payment'],
    ['no base64url', () => 'Payment !'],
    ['no JSON', () => `Payment ${Buffer.from('{').toString('base64url')}`],
    ['no object', () => encoded([1])],
    ['padding', () => `${encoded({ a: 1 })}=`],
    ['no payload', (challenge) => encoded({ challenge })],
    ['no token', (challenge) => encoded({ challenge, payload: {} })],
    ['words of the server', (challenge) => encoded({ challenge, payload: { token: TOKEN, type: 'authorize' } })],
    ['a field twice', () => `Payment ${Buffer.from('{"payload":{},"payload":1}').toString('base64url')}`],
  ])('A9: a credential of %s is malformed', async (_what, credential) => {
    const at = await sell();
    const answer = await at.get({ Authorization: credential(await meet(at)) });
    expect(await problemOf(answer)).toBe('malformed-credential');
    expect([at.served, facilitator.steps]).toEqual([0, []]);
  });

  it('C5: a challenge for another price, payee or page pays for nothing here', async () => {
    const at = await sell();
    const { port } = new URL(at.url);
    const elsewhere = [
      await sell({ resource: () => at.url }, page, {}, '$0.02'),
      await sell({ resource: () => at.url }, page, { payTo: 'editor' }),
      await sell({ resource: () => `http://127.0.0.1:${port}/other` }),
      await sell({ resource: () => at.url, flow: 'escrow' }),
    ];
    for (const other of elsewhere)
      expect(await problemOf(await at.get(credentialOf(await meet(other))))).toBe('invalid-challenge');
    expect([at.served, facilitator.steps]).toEqual([0, []]);
  });

  it('C5: a challenge whose time is over is refused, though it is its own', async () => {
    const at = await sell({ timeout_seconds: 1 });
    const challenge = await meet(at);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await problemOf(await at.get(credentialOf(challenge)))).toBe('payment-expired');
    const key = createHmac('sha256', 'seller').update('bursar payment challenge').digest();
    const { expires: _expires, id: _id, ...endless } = challenge;
    const forEver = { ...endless, id: challengeId(key, endless) };
    expect(await problemOf(await at.get(credentialOf(forEver)))).toBe('payment-expired');
    expect(facilitator.steps).toEqual([]);
  });

  it.each([
    ['duplicate_settlement', 'invalid-challenge'],
    ['invalid_transaction_state', 'invalid-challenge'],
    ['payment_expired', 'payment-expired'],
    ['invalid_payload', 'verification-failed'],
    ['toString', 'verification-failed'],
  ])('C4: what Bursar refuses as %s is not served, and is told as %s', async (reason, problem) => {
    const at = await sell();
    facilitator.verify = () => ({ body: { isValid: false, invalidReason: reason } });
    expect(await problemOf(await pay(at))).toBe(problem);
    facilitator.verify = () => ({ body: { isValid: true } });
    facilitator.settle = () => ({ body: { success: false, errorReason: reason, transaction: '', network: '' } });
    expect(await problemOf(await pay(at))).toBe(problem);
    const upfront = await sell({ flow: 'upfront' });
    expect(await problemOf(await pay(upfront))).toBe(problem);
    expect(upfront.served).toBe(0);
  });

  it('C3: where Bursar does not answer it is 503, and asks for nothing', async () => {
    const down: Answering = () => ({ status: 503, body: {} });
    const at = await sell();
    const challenge = await meet(at);
    facilitator.verify = down;
    const answer = await at.get(credentialOf(challenge));
    expect([answer.status, answer.headers.has('www-authenticate')]).toEqual([503, false]);
  });

  it.each<[RouteOptions['flow'], string[]]>([
    ['authorization', ['verify', 'capture 0']],
    ['upfront', ['capture 10000']],
    ['escrow', ['authorize 10000', 'void 10000']],
  ])('B3: %s: a handler that failed gives back what it can, and there is no receipt', async (flow, steps) => {
    const answer = await pay(await sell({ flow }, failing));
    expect([answer.status, answer.headers.has('payment-receipt')]).toEqual([500, false]);
    expect(facilitator.steps).toEqual(steps);
  });

  it('C5: copies of one credential at once, however they are written, run one handler', async () => {
    let go: () => void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const at = await sell({}, (_, response) => void gate.then(() => response.end('{}')));
    const challenge = await meet(at);
    const first = at.get(credentialOf(challenge));
    while (at.served === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const spelled = encoded({ source: 'me', payload: { token: TOKEN }, challenge });
    expect(await problemOf(await at.get(credentialOf(challenge)))).toBe('invalid-challenge');
    expect(await problemOf(await at.get({ Authorization: spelled }))).toBe('invalid-challenge');
    go!();
    expect((await first).status).toBe(200);
    expect(at.served).toBe(1);
  });
});
