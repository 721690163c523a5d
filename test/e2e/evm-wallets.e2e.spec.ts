import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { evmParties, NETWORK, tokenOf } from '../support/evm-parties.js';
import type { Token } from '../support/evm-wallet.js';

let world: EndToEnd;
let token: Token;
beforeAll(async () => {
  world = await EndToEnd.begin();
  token = await tokenOf(world);
}, 120_000);
afterAll(() => world?.end());

const { register, party, twoParties, callOf, paid, ask } = evmParties(() => ({ world, token }));

describe('An EVM wallet that spends a ledger balance', () => {
  it('is told in /supported what it signs for: one token of a private network, for v2', async () => {
    const { kinds, signers } = (await world.call('GET', '/x402/supported', {})).json as {
      kinds: { network: string }[];
      signers: object;
    };
    expect(kinds.filter(({ network }) => network === NETWORK)).toEqual([
      {
        x402Version: 2,
        scheme: 'exact',
        network: NETWORK,
        extra: {
          asset: expect.stringMatching(/^0x[0-9a-f]{40}$/),
          symbol: 'USD',
          decimals: 6,
          name: 'Bursar USD',
          version: '1',
        },
      },
    ]);
    expect(kinds.filter(({ network }) => network.startsWith('ledger:'))).toHaveLength(4);
    expect(signers).toEqual({});
  });

  it('C5 D1: pays once what it signed: verified, settled, and a duplicate names the first transaction', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    expect((await ask('verify', payee.bearer, body)).json).toEqual({ isValid: true, payer: payer.wallet.address });
    const settled = await ask('settle', payee.bearer, body);
    expect(settled).toMatchObject({
      status: 200,
      json: { success: true, network: NETWORK, payer: payer.wallet.address, amount: '100000' },
    });
    const transaction = String(settled.json['transaction']);
    expect(transaction).toMatch(/^0x[0-9a-f]{32}0{32}$/);
    const payment = await organization.client.payments.get(`pay_${transaction.slice(2, 34)}`);
    expect(payment).toMatchObject({
      status: 'captured',
      protocol: 'x402',
      amount_captured: '0.1',
      payer: { agent_id: payer.agent_id },
      payee: { agent_id: payee.agent_id },
    });
    for (const bearer of [payee.bearer, organization.token])
      expect((await ask('settle', bearer, body)).json).toMatchObject({
        success: false,
        errorReason: 'duplicate_settlement',
        transaction,
        network: NETWORK,
      });
    expect((await ask('verify', payee.bearer, body)).json).toMatchObject({
      isValid: false,
      invalidReason: 'duplicate_settlement',
    });
    expect(await organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0.1 });
  });

  it('C1: answers the same caller’s Idempotency-Key as before', async () => {
    const { payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const first = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-1' });
    expect(first.json).toMatchObject({ success: true });
    const again = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-1' });
    expect(again.text).toBe(first.text);
    const other = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-2' });
    expect(other.json).toMatchObject({ errorReason: 'duplicate_settlement', transaction: first.json['transaction'] });
  });

  it('C5: twenty copies at once make one payment', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('settle', payee.bearer, body)));
    const successes = answers.filter(({ json }) => json['success'] === true);
    expect(successes).toHaveLength(1);
    for (const { json } of answers) expect(json['transaction']).toBe(successes[0]!.json['transaction']);
    expect(await organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0.1 });
  });

  it('D15: pays an agent of another org, which asks for it with its own credential', async () => {
    const { organization, payer } = await twoParties();
    const abroad = await world.organizations.open({ partition: (partitionOf(organization.org) + 1) % 64 });
    const shop = await party(abroad, 'shop');
    const body = callOf(shop.wallet.address, paid(payer, shop));
    expect((await ask('settle', payer.bearer, body)).json).toMatchObject({ success: false, transaction: '' });
    const settled = await ask('settle', shop.bearer, body);
    expect(settled.json).toMatchObject({ success: true });
    expect((await ask('settle', abroad.token, body)).json).toMatchObject({
      errorReason: 'duplicate_settlement',
      transaction: settled.json['transaction'],
    });
    const id = `pay_${String(settled.json['transaction']).slice(2, 34)}`;
    expect(await organization.client.payments.get(id)).toMatchObject({
      payee: { payee_org: abroad.org, handle: shop.agent_id },
    });
  });

  it('F7: pays only whom it signed for: nobody else can ask for it', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const { agent_id: _id, token: third } = await organization.client.agents.create({ handle: 'third' });
    const stranger = await world.organizations.open();
    const finance = (await organization.client.keys.issue({ role: 'finance', name: 'f' })).token!;
    for (const [bearer, status] of [
      [payer.bearer, 403],
      [third!, 403],
      [finance, 403],
      [`${payee.bearer}x`, 401],
    ] as const) {
      const refused = await ask('settle', bearer, body);
      expect([refused.status, refused.json['success']]).toEqual([status, false]);
    }
    expect((await ask('settle', stranger.token, body)).json).toMatchObject({ success: false, transaction: '' });
    expect((await world.call('POST', '/x402/settle', { body })).status).toBe(401);
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({ success: true });
  });

  it('F1: stops paying the moment its address is removed or its agent is frozen or revoked', async () => {
    const { organization, payer, payee } = await twoParties();
    const call = () => callOf(payee.wallet.address, paid(payer, payee));
    const reasonOf = async (what: 'verify' | 'settle') => {
      const { json } = await ask(what, payee.bearer, call());
      return json['invalidReason'] ?? json['errorReason'];
    };
    await organization.client.agents.freeze('planner');
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual(['agent_frozen', 'agent_frozen']);
    await organization.client.agents.unfreeze('planner');
    const path = `/v1/agents/planner/addresses/${payer.wallet.address}`;
    expect((await world.call('DELETE', path, { token: payer.bearer })).status).toBe(200);
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual([
      'address_not_registered',
      'address_not_registered',
    ]);
    expect((await register(payer.bearer, 'planner', payer.wallet)).status).toBe(201);
    expect((await ask('verify', payee.bearer, call())).json).toMatchObject({ isValid: true });
    const { revocation_id } = await organization.client.agents.get('planner');
    await organization.client.agents.revoke(revocation_id!);
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual(['agent_revoked', 'agent_revoked']);
  });

  it('A1 B2: obeys every cap and the wallet, says so before, and a refusal is recorded once', async () => {
    const { organization, payer, payee } = await twoParties({ spending_cap: { amount: '0.15' } });
    const over = callOf(payee.wallet.address, paid(payer, payee, 200_000n), { amount: '200000' });
    for (const what of ['verify', 'settle', 'settle', 'verify'] as const) {
      const { status, json } = await ask(what, payee.bearer, over);
      expect(status).toBe(200);
      expect(json['invalidReason'] ?? json['errorReason']).toBe('lifetime_cap_exceeded');
    }
    expect((await ask('settle', payee.bearer, callOf(payee.wallet.address, paid(payer, payee)))).json).toMatchObject({
      success: true,
    });
    const recorded = async () =>
      (await organization.client.payments.list({})).payments.map(({ status }) => status).toSorted();
    while (!(await recorded()).includes('captured')) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await recorded()).toEqual(['captured', 'declined']);
    const poor = await twoParties({}, { initial_amount: 50_000n });
    const unpaid = callOf(poor.payee.wallet.address, paid(poor.payer, poor.payee));
    expect((await ask('settle', poor.payee.bearer, unpaid)).json).toMatchObject({ errorReason: 'insufficient_funds' });
  });

  it('cannot wait for an approval: what would have to is refused at once', async () => {
    const { payer, payee } = await twoParties({ approval_above: { amount: '0.05' } });
    const body = callOf(payee.wallet.address, paid(payer, payee));
    expect((await ask('verify', payee.bearer, body)).json).toMatchObject({ invalidReason: 'approval_required' });
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({ errorReason: 'approval_required' });
  });
});
