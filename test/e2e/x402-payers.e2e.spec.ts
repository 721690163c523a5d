import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket } from '../support/market.js';
import { bodyV1, bodyV2, challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('A token of an agent that may spend no more', () => {
  it.each(['revoked', 'frozen'] as const)('F1: is refused at once when it is %s, and its hold is free', async (how) => {
    const market = await openMarket(world);
    const { x402, client, buyer, seller } = market;
    const token = (await x402.resolve(buyer.token, challengeV2())).json['payment_token'];
    expect((await x402.verify(seller.token, bodyV2(token))).json).toMatchObject({ isValid: true });
    if (how === 'revoked') await client.agents.revoke(buyer.revocation_id);
    else await client.agents.freeze('buyer', { reason: 'test' });
    for (const body of [bodyV2(token), bodyV1(token)]) {
      expect(await x402.verify(seller.token, body)).toMatchObject({
        status: 200,
        json: { isValid: false, invalidReason: 'invalid_transaction_state' },
      });
      expect(await x402.settle(seller.token, body)).toMatchObject({
        status: 200,
        json: { success: false, errorReason: 'invalid_transaction_state', transaction: '', network: 'ledger:main' },
      });
    }
    expect(await x402.redeem(seller.token, token)).toMatchObject({
      status: 409,
      json: { code: 'payment_not_capturable' },
    });
    const again = await x402.resolve(buyer.token, challengeV2());
    expect(again.status).toBe(how === 'revoked' ? 401 : 403);
    expect(again.json['code']).toBe(how === 'revoked' ? 'credential_invalid' : 'agent_frozen');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });
});

describe('The rules of the payer', () => {
  it('A1 D7: a cap refuses with the rule’s figures, and the refusal is what the nonce is answered for ever', async () => {
    const market = await openMarket(world, { spending_cap: { amount: '0.08' } });
    const { x402, client, buyer } = market;
    await x402.resolve(buyer.token, challengeV2());
    const refused = await x402.resolve(buyer.token, legacyChallenge('n-1'));
    expect(refused.status).toBe(402);
    expect(problemSchema.parse(refused.json)).toMatchObject({
      code: 'lifetime_cap_exceeded',
      scope: { kind: 'agent', id: buyer.agent_id },
      limit: '0.08',
      spent: '0',
      held: '0.05',
      requested: '0.05',
      remaining: '0.03',
    });
    await client.agents.patch('buyer', { spending_cap: { amount: '1.00' } });
    expect((await x402.resolve(buyer.token, legacyChallenge('n-1'))).text).toBe(refused.text);
    expect((await x402.resolve(buyer.token, legacyChallenge('n-2'))).status).toBe(200);
  });

  it('A4: a session’s budget, and one above it, bind the session’s token and an agent’s in it', async () => {
    const market = await openMarket(world);
    const { x402, client, buyer, seller } = market;
    const parent = await client.sessions.open({ budget: '0.08', agent_id: 'buyer' });
    const child = await client.sessions.open({
      budget: '1.00',
      agent_id: 'buyer',
      parent_session_id: parent.session_id,
    });
    const first = await x402.resolve(child.session_token!, challengeV2());
    expect(first.json).toMatchObject({ session_id: child.session_id, payer: { handle: 'buyer' } });
    const refused = await x402.resolve(buyer.token, challengeV2(), { session_id: child.session_id });
    expect(refused).toMatchObject({
      status: 402,
      json: { code: 'session_budget_exceeded', scope: { kind: 'session', id: parent.session_id }, held: '0.05' },
    });
    await x402.settle(seller.token, bodyV2(first.json['payment_token']));
    expect(await client.sessions.get(child.session_id)).toMatchObject({ spent: 0.05, held: 0 });
    await client.sessions.close(parent.session_id);
    expect((await x402.resolve(child.session_token!, challengeV2())).json['code']).toBe('session_closed');
  });

  it('C5: the same nonce in another session, or under other labels, is another request', async () => {
    const { x402, client, buyer } = await openMarket(world);
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'buyer' });
    const challenge = legacyChallenge('n-1');
    expect((await x402.resolve(buyer.token, challenge, { label: 'goal=1' })).status).toBe(200);
    for (const fields of [{ label: 'goal=2' }, {}, { label: 'goal=1', session_id: session.session_id }])
      expect((await x402.resolve(buyer.token, challenge, fields)).json['code']).toBe('idempotency_key_conflict');
    expect((await x402.resolve(buyer.token, challenge, { labels: { label: 'goal=1' } })).status).toBe(200);
  });

  it('D10: labels, protocol and payer stand in the payment', async () => {
    const { x402, client, admin, buyer } = await openMarket(world);
    const fields = { agent_id: 'buyer', label: 'goal=1', labels: { team: 'red' } };
    const { json } = await x402.resolve(admin, challengeV2(), fields);
    expect(await client.payments.get(String(json['payment_id']))).toMatchObject({
      protocol: 'x402',
      labels: { label: 'goal=1', team: 'red' },
      payer: { agent_id: buyer.agent_id },
      payee: { handle: 'seller' },
    });
  });

  it('A11: max_credits is a bound of the call’s own: exactly it passes, and nothing is held above it', async () => {
    const market = await openMarket(world);
    const { x402, buyer } = market;
    const refused = await x402.resolve(buyer.token, legacyChallenge('n-1'), { max_credits: 0.049999 });
    expect(refused).toMatchObject({
      status: 402,
      json: {
        code: 'budget_exceeded',
        scope: { kind: 'request', id: 'max_credits' },
        limit: '0.049999',
        requested: '0.05',
      },
    });
    expect((await x402.resolve(buyer.token, legacyChallenge('n-1'), { max_credits: 0 })).status).toBe(402);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
    expect((await x402.resolve(buyer.token, legacyChallenge('n-1'), { max_credits: '0.05' })).status).toBe(200);
  });

  it.each([
    ['protocol_not_allowed', { protocols: ['direct'] as const }],
    ['payee_not_allowed', { lists: { deny: { payees: ['seller'] } } }],
  ])('A6: a list refuses with %s', async (code, buyer) => {
    const { client, x402, ...market } = await openMarket(world);
    await client.agents.patch('buyer', buyer);
    const answer = await x402.resolve(market.buyer.token, challengeV2());
    expect([answer.status, answer.json['code']]).toEqual([403, code]);
    expect(await moneyOf({ client, x402, ...market })).toEqual({ held: 0, earned: 0 });
  });

  it('A1: what needs an approval waits with its money held, and the same challenge gives the token once it was approved', async () => {
    const market = await openMarket(world, { approval_above: { amount: '0.01' } });
    const { x402, client, buyer, seller } = market;
    const challenge = legacyChallenge('n-1');
    const waiting = await x402.resolve(buyer.token, challenge);
    expect(waiting).toMatchObject({ status: 202, json: { status: 'pending_approval', amount_held: '0.05' } });
    expect(waiting.json).not.toHaveProperty('payment_token');
    expect((await x402.resolve(buyer.token, challenge)).text).toBe(waiting.text);
    await client.approvals.approve(String(waiting.json['approval_id']));
    const approved = await x402.resolve(buyer.token, challenge);
    expect(approved).toMatchObject({ status: 200, json: { payment_id: waiting.json['payment_id'] } });
    expect((await x402.resolve(buyer.token, challenge)).text).toBe(approved.text);
    expect((await x402.redeem(seller.token, approved.json['payment_token'])).status).toBe(200);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('B1: what an operator denies is never given a token, and holds nothing', async () => {
    const market = await openMarket(world, { approval_above: { amount: '0.01' } });
    const { x402, client, buyer } = market;
    const { json } = await x402.resolve(buyer.token, legacyChallenge('n-1'));
    await client.approvals.deny(String(json['approval_id']));
    const answer = await x402.resolve(buyer.token, legacyChallenge('n-1'));
    expect(answer.json).not.toHaveProperty('payment_token');
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });
});

describe('Who may ask', () => {
  it('F1 D16: verify and settle answer 401 and 403 in their own shape, and redeem with a problem; the hold stays', async () => {
    const market = await openMarket(world);
    const { x402, client, buyer, admin } = market;
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'seller' });
    const finance = (await client.keys.issue({ role: 'finance', name: 'f' })).token!;
    const gone = await client.agents.create({ handle: 'gone' });
    await client.agents.revoke(gone.revocation_id!);
    const token = (await x402.resolve(buyer.token, challengeV2())).json['payment_token'];
    const callers: [string | undefined, number, string][] = [
      [undefined, 401, 'credential_missing'],
      ['not-a-token', 401, 'credential_invalid'],
      [gone.token!, 401, 'credential_invalid'],
      [buyer.token, 403, 'agent_not_own'],
      [finance, 403, 'role_not_allowed'],
      [session.session_token!, 403, 'role_not_allowed'],
    ];
    for (const [caller, status, code] of callers) {
      const verified = await x402.verify(caller, bodyV2(token));
      expect([verified.status, verified.json['isValid'], verified.json['invalidReason']]).toEqual([
        status,
        false,
        code,
      ]);
      const settled = await x402.settle(caller, bodyV2(token));
      expect([settled.status, settled.json]).toEqual([
        status,
        expect.objectContaining({ success: false, errorReason: code, transaction: '', network: expect.any(String) }),
      ]);
      if (status === 401) expect(settled.headers.get('www-authenticate')).toBe('Bearer');
      const redeemed = await x402.redeem(caller ?? '', token);
      expect([redeemed.status, problemSchema.parse(redeemed.json).code]).toEqual([status, code]);
      if (status !== 401) continue;
      const bad = [await x402.redeem(caller ?? '', 'no.such.token'), await x402.resolve(caller ?? '', 'no challenge')];
      for (const answer of bad) expect([answer.status, answer.json['code']]).toEqual([status, code]);
      // Who is nobody learns nothing of a token or a body either.
      for (const body of [bodyV2('no.such.token'), bodyV2(token, { amount: '1' }), {}]) {
        const verifiedBad = await x402.verify(caller, body);
        expect([verifiedBad.status, verifiedBad.json['invalidReason']]).toEqual([status, code]);
        const settledBad = await x402.settle(caller, body);
        expect([settledBad.status, settledBad.json['errorReason']]).toEqual([status, code]);
      }
    }
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
    expect((await x402.settle(admin, bodyV2(token))).json).toMatchObject({ success: true });
  });

  it('D16: a session token of the seller’s org cannot make an agent pay that is not the session’s', async () => {
    const { x402, client, seller } = await openMarket(world);
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'seller' });
    for (const token of [session.session_token!, seller.token]) {
      const answer = await x402.resolve(token, challengeV2({ payTo: 'buyer' }), { agent_id: 'buyer' });
      expect([answer.status, answer.json['code']]).toEqual([403, 'agent_not_own']);
    }
  });
});
