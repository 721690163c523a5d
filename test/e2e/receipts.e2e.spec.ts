import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jwksSchema, partitionOf, receiptSchema, receiptsAnswerSchema } from '#contracts';
import pg from 'pg';
import { EndToEnd } from '../support/end-to-end.js';
import type { Organization } from '../support/organizations.js';
import { receiptVerifier } from '../support/receipt-verifier.js';
import { tampered } from '../support/tampered.js';

let world: EndToEnd;
let verify: Awaited<ReturnType<typeof receiptVerifier>>;
let jwks: object;
beforeAll(async () => {
  world = await EndToEnd.begin();
  verify = await receiptVerifier();
  jwks = (await world.call('GET', '/.well-known/jwks.json')).json;
}, 120_000);
afterAll(() => world?.end());

/** The receipt as it was answered, once it is known to hold and to look as described. */
async function receiptOf(token: string, receiptId: string) {
  const answer = await world.call('GET', `/v1/receipts/${receiptId}`, { token });
  if (answer.status !== 200) throw new Error(`${receiptId} is answered with ${answer.status}: ${answer.text}`);
  expect(receiptSchema.safeParse(answer.json).error).toBeUndefined();
  const { jws: _jws, ...claims } = answer.json;
  expect(verify(answer.text, jwks)).toEqual(claims);
  return answer;
}

async function orgWithPayer(): Promise<Organization> {
  const organization = await world.organizations.open();
  await organization.client.agents.create({ handle: 'buyer', spending_cap: { amount: '5.00' } });
  await organization.client.agents.create({ handle: 'shop' });
  return organization;
}

/** Hashes of an org's partition as they stand in the database. */
async function hashesOf(positions: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: world.instance.databaseUrl });
  await client.connect();
  try {
    const hashes: string[] = [];
    for (const place of positions) {
      const found = await client.query<{ hash: string }>(
        `select encode(hash, 'hex') as hash from bursar.event where partition = $1 and position = $2`,
        place.split(':').map(Number),
      );
      hashes.push(found.rows[0]!.hash);
    }
    return hashes;
  } finally {
    await client.end();
  }
}

describe('A receipt', () => {
  it('D7 D8: of a captured and refunded payment says all of it, and where it stands in the log', async () => {
    const { client, token, org } = await orgWithPayer();
    const root = await client.sessions.open({ budget: '3', agent_id: 'buyer' });
    const middle = await client.sessions.open({ budget: '2', agent_id: 'buyer', parent_session_id: root.session_id });
    const leaf = await client.sessions.open({ budget: '1', agent_id: 'buyer', parent_session_id: middle.session_id });
    const hold = await client.payments.authorize({
      payee: 'shop',
      amount: '0.50',
      session_id: leaf.session_id,
      labels: { goal: 'x', '10': 'ten', '9': 'nine' },
    });
    const held = await receiptOf(token, hold.receipt_id);
    expect(held.json).toMatchObject({ status: 'authorized', amount_held: '0.5', within_cap: true });
    await client.payments.capture(hold.payment_id, { amount: '0.30' });
    await client.payments.refund(hold.payment_id, { amount: '0.10', reason: 'part of it' });
    const { json } = await receiptOf(token, hold.receipt_id);
    expect(json).toMatchObject({
      iss: 'ledger:main',
      org,
      book: 'payer',
      status: 'refunded',
      amount: '0.5',
      amount_held: '0',
      amount_captured: '0.3',
      amount_refunded: '0.1',
      currency: 'USD',
      decimals: 6,
      asset: 'USD',
      payer: hold.payer,
      payee: hold.payee,
      session_id: leaf.session_id,
      session_path: [leaf.session_id, middle.session_id, root.session_id],
      labels: { goal: 'x', '10': 'ten', '9': 'nine' },
      refunds: [{ amount: '0.1', reason: 'part of it' }],
      refusals: [],
      decided: { position: hold.position },
    });
    expect(json).not.toHaveProperty('on_behalf_of');
    const { decided, recorded } = json as Record<'decided' | 'recorded', { position: string; event_hash: string }>;
    expect(decided.position).not.toBe(recorded.position);
    expect(await hashesOf([decided.position, recorded.position])).toEqual([decided.event_hash, recorded.event_hash]);
  });

  it('D7 D20: says what the payment was for, and nothing of its memo but the hash that the log has', async () => {
    const { client, token } = await orgWithPayer();
    const made = { agent_id: 'buyer', payee: 'shop', memo: 'for Jane Doe', request_id: 'order 17' };
    const paid = await client.payments.pay({ ...made, amount: '0.50' });
    const refused = await client.payments.authorize({ ...made, amount: '6' }, { declines: 'return' });
    const events = await client.events.page({ limit: 200 });
    for (const payment_id of [paid.payment_id, refused.payment_id!]) {
      const { json, text } = await receiptOf(token, payment_id.replace('pay_', 'rcpt_'));
      const logged = events.events.find(({ event }) => event['payment_id'] === payment_id)!.event;
      expect(json).toMatchObject({ request_id: 'order 17', memo_hash: logged['memo_hash'] });
      expect(json['memo_hash']).toMatch(/^[\w-]{43}$/);
      expect(text).not.toContain('Jane');
    }
  });

  it('D4: is the same text whenever and by whomever it is read, and the receipt of before still verifies', async () => {
    const { client, token } = await orgWithPayer();
    const { token: agentToken } = await client.agents.create({ handle: 'payer', spending_cap: { amount: 1 } });
    const hold = await client.payments.authorize({ agent_id: 'payer', payee: 'shop', amount: '0.50' });
    const first = await receiptOf(token, hold.receipt_id);
    expect((await receiptOf(token, hold.receipt_id)).text).toBe(first.text);
    expect((await receiptOf(agentToken!, hold.receipt_id)).text).toBe(first.text);
    await client.payments.void(hold.payment_id);
    expect((await receiptOf(token, hold.receipt_id)).json).toMatchObject({ status: 'voided' });
    expect(verify(first.text, jwks)).toMatchObject({ status: 'authorized' });
  });

  it('D7: of a refusal names the rule with its figures, and of a refused step that too', async () => {
    const { client, token } = await orgWithPayer();
    const request = { agent_id: 'buyer', payee: 'shop', amount: '6', capture: true };
    const declined = await client.payments.authorize(request, { declines: 'return' });
    if (declined.status !== 'declined') throw new Error('it was to be declined');
    const receiptId = declined.payment_id!.replace('pay_', 'rcpt_');
    expect((await receiptOf(token, receiptId)).json).toMatchObject({
      status: 'declined',
      within_cap: false,
      amount_captured: '0',
      decline: { code: 'lifetime_cap_exceeded', limit: '5', spent: '0', requested: '6', currency: 'USD' },
    });

    const paid = await client.payments.pay({ agent_id: 'buyer', payee: 'shop', amount: '1' });
    const { wallets } = await client.wallets.list();
    const of = (kind: string) => wallets.find(({ owner }) => owner.kind === kind)!.wallet_id;
    await client.transfers.create({ from_wallet_id: of('agent'), to_wallet_id: of('organization'), amount: '0.80' });
    await client.payments.refund(paid.payment_id, {}, { declines: 'return' });
    expect((await receiptOf(token, paid.receipt_id)).json).toMatchObject({
      status: 'captured',
      within_cap: true,
      amount_refunded: '0',
      refusals: [
        {
          type: 'payment.refund_refused',
          decline: { code: 'refund_exceeds_payee_funds', requested: '1', remaining: '0.2' },
        },
      ],
    });
  });

  it('D7: of a scoped agent’s payment names it, and the agent whose money it spends', async () => {
    const { client, token } = await orgWithPayer();
    const scoped = await client.agents.scope({ agent_id: 'buyer', limit_usd: 1, label: 'goal=7' });
    const { payer, receipt_id } = await client.payments.pay({
      agent_id: scoped.scoped_agent_id,
      service: 'search',
      amount: '0.25',
    });
    const buyer = await client.agents.get('buyer');
    expect((await receiptOf(token, receipt_id)).json).toMatchObject({
      payer: { agent_id: payer.agent_id },
      on_behalf_of: { agent_id: buyer.agent_id, handle: 'buyer' },
      payee: { service: 'search' },
      labels: { label: 'goal=7' },
    });
    expect(payer.agent_id).toBe(scoped.scoped_agent_id);
  });

  it('D7 F1: outlives agents and keys: the org reads it when payer and payee and the key that paid are revoked', async () => {
    const { client, token } = await orgWithPayer();
    const key = await client.keys.issue({ role: 'orchestrator', name: 'pays' });
    const payer = await client.agents.create({ handle: 'gone', spending_cap: { amount: 1 } });
    const session = await client.sessions.open({ budget: 1, agent_id: 'gone' });
    const paid = await world
      .client(key.token!)
      .payments.pay({ agent_id: 'gone', payee: 'shop', amount: '0.25', session_id: session.session_id });
    const before = await receiptOf(token, paid.receipt_id);
    await client.sessions.close(session.session_id);
    await client.agents.revoke(payer.revocation_id!);
    await client.agents.revoke((await client.agents.get('shop')).revocation_id!);
    await client.keys.revoke(key.key_id);
    // The handle begins anew, and the receipt is still of the agent that paid.
    await client.agents.create({ handle: 'gone', spending_cap: { amount: 1 } });
    expect((await receiptOf(token, paid.receipt_id)).text).toBe(before.text);
    for (const revoked of [payer.token!, key.token!]) {
      const answer = await world.call('GET', `/v1/receipts/${paid.receipt_id}`, { token: revoked });
      expect(answer).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
    }
  });

  it('F7: is for whoever may read the payment', async () => {
    const { client, token } = await orgWithPayer();
    const payer = await client.agents.create({ handle: 'pays', spending_cap: { amount: 1 } });
    const payee = await client.agents.create({ handle: 'earns' });
    const stranger = await client.agents.create({ handle: 'onlooker' });
    const finance = await client.keys.issue({ role: 'finance', name: 'books' });
    const other = await world.organizations.open();
    const session = await client.sessions.open({ budget: 1, agent_id: 'pays' });
    const sibling = await client.sessions.open({ budget: 1, agent_id: 'pays' });
    const { receipt_id } = await client.payments.pay({
      agent_id: 'pays',
      payee: 'earns',
      amount: '0.25',
      session_id: session.session_id,
    });
    for (const reader of [token, finance.token!, payer.token!, payee.token!, session.session_token!])
      await receiptOf(reader, receipt_id);
    for (const reader of [stranger.token!, other.token, sibling.session_token!]) {
      const answer = await world.call('GET', `/v1/receipts/${receipt_id}`, { token: reader });
      expect(answer).toMatchObject({ status: 404, json: { code: 'receipt_not_found' } });
    }
    expect(await world.call('GET', `/v1/receipts/${receipt_id}`)).toMatchObject({ status: 401 });
  });

  it('D15: of a payment to another org is given by both, each of what its book knows', async () => {
    const payer = await orgWithPayer();
    const payee = await world.organizations.open({ partition: (partitionOf(payer.org) + 1) % 64 });
    const shop = await payee.client.agents.create({ handle: 'far-shop' });
    const request = { agent_id: 'buyer', payee: 'far-shop', payee_org: payee.org, amount: '1.25' };
    const { receipt_id, payment_id } = await payer.client.payments.pay(request);
    const settled = async () => (await payer.client.payments.get(payment_id)).settlement === 'settled';
    for (let turn = 0; turn < 100 && !(await settled()); turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const here = await receiptOf(payer.token, receipt_id);
    expect(here.json).toMatchObject({
      book: 'payer',
      org: payer.org,
      payee: { payee_org: payee.org, handle: 'far-shop' },
      settlement: 'settled',
      amount_captured: '1.25',
    });
    for (const reader of [payee.token, shop.token!]) {
      const { json } = await receiptOf(reader, receipt_id);
      expect(json).toMatchObject({
        book: 'payee',
        org: payee.org,
        receipt_id,
        status: 'credited',
        amount: '1.25',
        payer: { payer_org: payer.org, handle: 'buyer' },
        payee: { agent_id: shop.agent_id, handle: 'far-shop' },
      });
      expect(json).not.toHaveProperty('labels');
    }
    await payee.client.payments.refundIncoming(payment_id, { amount: '0.25' });
    expect((await receiptOf(payee.token, receipt_id)).json).toMatchObject({
      status: 'refunded',
      amount_refunded: '0.25',
    });
  });

  it('F6: a real one is refused with any field changed, gone or added', async () => {
    const { client, token } = await orgWithPayer();
    const session = await client.sessions.open({ budget: 1, agent_id: 'buyer' });
    const { receipt_id } = await client.payments.pay({
      payee: 'shop',
      amount: '0.25',
      session_id: session.session_id,
      label: 'goal',
    });
    const { json } = await receiptOf(token, receipt_id);
    const accepted = [...tampered(json as never)].filter(({ value }) => holds(JSON.stringify(value)));
    expect(accepted).toEqual([]);
    expect(holds(JSON.stringify(json))).toBe(true);
  });

  function holds(text: string): boolean {
    try {
      verify(text, jwks);
      return true;
    } catch {
      return false;
    }
  }
});

describe('GET /.well-known/jwks.json', () => {
  it('F4: gives public keys to everybody, from when the log begins to the period after this one', async () => {
    const answer = await world.call('GET', '/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    const { keys } = jwksSchema.parse(answer.json);
    const now = Date.now() / 1000;
    expect(keys.some(({ nbf, exp }) => nbf <= now && now < exp)).toBe(true);
    expect(keys.some(({ nbf }) => nbf > now)).toBe(true);
    expect(keys).toHaveLength(2);
    expect(answer.text).not.toContain('"d"');
  });
});

describe('GET /v1/receipts', () => {
  it('H2: pages through every payment and refusal once, by agent, session and label', async () => {
    const { client, token } = await orgWithPayer();
    await client.agents.create({ handle: 'second', spending_cap: { amount: 1 } });
    const session = await client.sessions.open({ budget: 3, agent_id: 'buyer' });
    const expected: string[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const made = await client.payments.pay({ agent_id: 'buyer', payee: 'shop', amount: '0.01', label: `n${turn}` });
      expected.push(made.receipt_id);
    }
    const other = await client.payments.pay({ agent_id: 'second', payee: 'shop', amount: '0.01' });
    const inside = await client.payments.pay({ payee: 'shop', amount: '0.01', session_id: session.session_id });
    const refused = await client.payments.authorize(
      { agent_id: 'second', payee: 'shop', amount: '9' },
      { declines: 'return' },
    );
    const all = [...expected, other.receipt_id, inside.receipt_id, refused.payment_id!.replace('pay_', 'rcpt_')];
    const page = async (query: string) => {
      const answer = await world.call('GET', `/v1/receipts?${query}`, { token });
      const { receipts } = receiptsAnswerSchema.parse(answer.json);
      return receipts.map(({ receipt_id }) => receipt_id);
    };
    for (let turn = 0; turn < 100 && (await page('limit=200')).length < all.length; turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const walked: string[] = [];
    for await (const one of client.receipts.each({ limit: 3 })) walked.push(one.receipt_id);
    expect(walked).toEqual(all.toReversed());
    expect(await page('agent=second')).toEqual(all.toReversed().filter((_, index) => index === 0 || index === 2));
    expect(await page(`session_id=${session.session_id}`)).toEqual([inside.receipt_id]);
    expect(await page('label=n3')).toEqual([expected[3]]);
    expect(await page('to=2020-01-01')).toEqual([]);
    const { token: secondToken } = await client.agents.rotateToken('second');
    const own = await world.client(secondToken!).receipts.list();
    expect(own.receipts.map(({ receipt_id }) => receipt_id)).toEqual(await page('agent=second'));
    for (const receipt of walked) await receiptOf(token, receipt);
  });
});
