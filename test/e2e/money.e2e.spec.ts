import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const ESCROW = 'escrow:deals:USD';

async function opened() {
  const organization = await world.organizations.open({ initial_amount: 100_000_000n });
  const { client } = organization;
  const agent = await client.agents.create({ handle: 'worker' });
  const { wallet_id: treasury } = (await client.wallets.list()).wallets.find(({ kind }) => kind === 'treasury')!;
  await client.wallets.open({ kind: 'escrow', name: 'deals' });
  const free = async () =>
    Object.fromEntries((await client.wallets.list()).wallets.map(({ wallet_id, available }) => [wallet_id, available]));
  return { ...organization, agent_id: agent.agent_id, agent_token: agent.token!, treasury, free };
}

describe('Money inside one organization, from end to end', () => {
  it('D1 D2 C1: transfers move it once, show in wallets and events, and are nobody’s spend', async () => {
    const { client, token, treasury, free, agent_id } = await opened();
    const request = { from_wallet_id: treasury, to_wallet_id: ESCROW, amount: '40', reason: 'deal 7' };
    const first = await client.transfers.create(request, { idempotency_key: 'move' });
    expect(await client.transfers.create(request, { idempotency_key: 'move' })).toEqual(first);
    expect(await free()).toMatchObject({ [treasury]: '60', [ESCROW]: '40' });
    const { wallets } = await client.wallets.list();
    expect(wallets.find(({ wallet_id }) => wallet_id === ESCROW)).toMatchObject({ kind: 'escrow', name: 'deals' });
    const recorded = [];
    for await (const { type, event } of client.events.each()) if (type === 'wallet.transferred') recorded.push(event);
    expect(recorded).toMatchObject([{ transfer_id: first.transfer_id, amount: '40000000', reason: 'deal 7' }]);

    const session = await client.sessions.open({ budget: 1000, agent_id, wallet_id: ESCROW });
    const pay = (amount: string) =>
      world.call('POST', '/v1/payments', {
        token,
        body: { service: 'search', amount, capture: true, session_id: session.session_id },
      });
    expect(await pay('40.000001')).toMatchObject({
      status: 402,
      json: { code: 'insufficient_funds', remaining: '40' },
    });
    expect(await pay('40')).toMatchObject({ status: 201 });
    expect(await free()).toMatchObject({ [treasury]: '60', [ESCROW]: '0' });

    const lacking = { token, body: { ...request, amount: '60.000001', idempotency_key: 'lacking' } };
    const refused = await world.call('POST', '/v1/transfers', lacking);
    expect(refused).toMatchObject({ status: 402, json: { code: 'insufficient_funds', remaining: '60' } });
    await client.transfers.create({ from_wallet_id: 'service:search:USD', to_wallet_id: treasury, amount: '40' });
    const again = await world.call('POST', '/v1/transfers', lacking);
    expect([again.status, again.text]).toEqual([refused.status, refused.text]);
    expect((await client.transfers.create({ ...request, amount: '60.000001' })).amount).toBe('60.000001');
    expect((await client.agents.spend('worker')).spent_usd).toBe(40);
  });

  it('D10: an agent’s token and a key that only orchestrates move nothing and resolve nothing', async () => {
    const { client, agent_id, agent_token, treasury } = await opened();
    const { payment_id } = await client.payments.authorize({ agent_id, service: 'search', amount: 1 });
    await client.payments.dispatch(payment_id);
    const orchestrator = (await client.keys.issue({ role: 'orchestrator', name: 'o' })).token!;
    for (const token of [agent_token, orchestrator]) {
      const calls: [string, object][] = [
        ['/v1/transfers', { from_wallet_id: treasury, to_wallet_id: ESCROW, amount: 1 }],
        ['/v1/wallets', { kind: 'fees', name: 'own' }],
        [`/v1/payments/${payment_id}/resolve`, { outcome: 'voided' }],
      ];
      for (const [path, body] of calls)
        expect(await world.call('POST', path, { token, body })).toMatchObject({
          status: 403,
          json: { code: 'role_not_allowed' },
        });
    }
  });

  it('B6: a hold that is extended by its agent outlives its first time', async () => {
    const { client, agent_token } = await opened();
    const agent = world.client(agent_token);
    const { payment_id } = await agent.payments.authorize({ service: 'search', amount: 1, expires_in: 1 });
    const extended = await agent.payments.extend(payment_id, { expires_in: 60 });
    expect(Date.parse(extended.expires_at!) - Date.parse(extended.recorded_at)).toBe(60_000);
    await new Promise((passed) => setTimeout(passed, 1_500));
    const state = await client.payments.get(payment_id);
    expect(state).toMatchObject({ status: 'authorized', amount_held: '1', expires_at: extended.expires_at });
    expect(await agent.payments.capture(payment_id)).toMatchObject({ status: 'captured', amount_captured: '1' });
  });

  it('C3: a dispatched payment is resolved by an operator, once, at most up to its hold', async () => {
    const { client, token, agent_id, treasury, free } = await opened();
    const { payment_id } = await client.payments.authorize({ agent_id, service: 'search', amount: 5 });
    await client.payments.dispatch(payment_id);
    const resolve = (amount: number, idempotency_key: string) =>
      world.call('POST', `/v1/payments/${payment_id}/resolve`, {
        token,
        body: { outcome: 'captured', amount, idempotency_key },
      });
    expect(await resolve(6, 'a')).toMatchObject({ status: 409, json: { code: 'capture_exceeds_hold', limit: '5' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => resolve(4, 'b')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, json: { status: 'captured', amount_captured: '4' } });
    expect(await resolve(1, 'c')).toMatchObject({ status: 409, json: { code: 'payment_not_resolvable' } });
    expect(await free()).toMatchObject({ [treasury]: '96', 'service:search:USD': '4' });
  });

  it('B5: what came to nothing is told as 0, and what is not known as unknown, never as an estimate', async () => {
    const { client, token, agent_id } = await opened();
    const hold = { agent_id, service: 'search', amount: 5 };
    const nothing = await client.payments.authorize(hold);
    expect(await client.payments.capture(nothing.payment_id, { amount: 0 })).toMatchObject({
      status: 'captured',
      amount_captured: '0',
    });
    expect(await client.payments.get(nothing.payment_id)).toMatchObject({ status: 'captured', amount_captured: '0' });
    expect(await client.agents.spend(agent_id)).toMatchObject({ spent_usd: 0, held_usd: 0 });
    const unknown = await client.payments.authorize(hold);
    await client.payments.dispatch(unknown.payment_id);
    // How much it was is for who asked outside to say: without an amount there is no resolution.
    expect(
      await world.call('POST', `/v1/payments/${unknown.payment_id}/resolve`, { token, body: { outcome: 'captured' } }),
    ).toMatchObject({ status: 422, json: { problems: [{ field: 'amount' }] } });
    expect(await client.agents.spend(agent_id)).toMatchObject({ spent_usd: 0, held_usd: 5 });
    expect(await client.payments.capture(unknown.payment_id, { amount: 0 })).toMatchObject({ amount_captured: '0' });
    expect(await client.agents.spend(agent_id)).toMatchObject({ spent_usd: 0, held_usd: 0 });
  });

  it('C1: a refund whose payee has spent the money keeps its answer when money has come', async () => {
    const { client, token, treasury, agent_id } = await opened();
    const seller = await client.agents.create({ handle: 'seller', funding: 'own' });
    const paid = await client.payments.pay({ agent_id, payee: 'seller', amount: 5 });
    await client.payments.pay({ agent_id: seller.agent_id, service: 'search', amount: 2 });
    const refund = (key: string) =>
      world.call('POST', `/v1/payments/${paid.payment_id}/refund`, { token, body: { idempotency_key: key } });
    const first = await refund('r');
    expect(first).toMatchObject({ status: 402, json: { code: 'refund_exceeds_payee_funds', remaining: '3' } });
    const own = (await client.wallets.list()).wallets.find(({ owner }) => owner.id === seller.agent_id)!.wallet_id;
    await client.transfers.create({ from_wallet_id: treasury, to_wallet_id: own, amount: 2 });
    const again = await refund('r');
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(await refund('s')).toMatchObject({ status: 201, json: { amount_refunded: '5' } });
  });
});
