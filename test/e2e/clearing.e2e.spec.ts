import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { incomingPaymentSchema, incomingRefundAnswerSchema, partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function ended(client: Awaited<ReturnType<typeof twoOrgs>>['payer']['client'], id: string) {
  for (let turn = 0; turn < 100; turn++) {
    const payment = await client.payments.get(id);
    if (payment.settlement !== 'in_clearing') return payment;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`payment ${id} stays in clearing`);
}

async function twoOrgs() {
  const payer = await world.organizations.open();
  const payee = await world.organizations.open({ partition: (partitionOf(payer.org) + 1) % 64 });
  await payer.client.agents.create({ handle: 'buyer', spending_cap: { amount: '5.00' } });
  await payee.client.agents.create({ handle: 'shop' });
  return { payer, payee };
}

describe('payments between orgs', () => {
  it('D15: a payment to an agent of another org is settled there, once', async () => {
    const { payer, payee } = await twoOrgs();
    const request = { agent_id: 'buyer', payee: 'shop', payee_org: payee.org, amount: '1.25', capture: true };
    const [first, again] = await Promise.all([
      payer.client.payments.authorize({ ...request, idempotency_key: 'once' }),
      payer.client.payments.authorize({ ...request, idempotency_key: 'once' }),
    ]);
    expect(again.payment_id).toBe(first.payment_id);
    expect(first.payee).toEqual({ payee_org: payee.org, handle: 'shop' });
    expect(await ended(payer.client, first.payment_id)).toMatchObject({ status: 'captured', settlement: 'settled' });
    const here = (await payer.client.wallets.list()).wallets.find(({ wallet_id }) => wallet_id.startsWith('clearing'));
    const there = (await payee.client.wallets.list()).wallets;
    expect(here).toMatchObject({ wallet_id: 'clearing:out:USD', available: '1.25' });
    expect(there).toContainEqual(expect.objectContaining({ wallet_id: 'clearing:in:USD', available: '-1.25' }));
    expect(there).toContainEqual(
      expect.objectContaining({ available: '1.25', owner: expect.objectContaining({ kind: 'agent' }) }),
    );
  });

  it('D15: a payment that the other org refuses comes back whole, to wallet and cap', async () => {
    const { payer, payee } = await twoOrgs();
    const request = { agent_id: 'buyer', payee: 'nobody', payee_org: payee.org, amount: '1.25', capture: true };
    const { payment_id } = await payer.client.payments.authorize(request);
    expect(await ended(payer.client, payment_id)).toMatchObject({ settlement: 'reversed', amount_refunded: '1.25' });
    expect(await payer.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0, remaining_usd: 5 });
  });

  it('D15: an org that takes no payments from others says so in its settings, and they come back with its code', async () => {
    const { payer, payee } = await twoOrgs();
    expect(await payee.client.organization.get()).toMatchObject({ accept_foreign_payments: true });
    const changed = await payee.client.organization.patch({ accept_foreign_payments: false });
    expect(changed).toMatchObject({ accept_foreign_payments: false });
    const request = { agent_id: 'buyer', payee: 'shop', payee_org: payee.org, amount: '1.25', capture: true };
    const { payment_id } = await payer.client.payments.authorize(request);
    expect(await ended(payer.client, payment_id)).toMatchObject({ settlement: 'reversed', amount_refunded: '1.25' });
    await expect(payee.client.payments.getIncoming(payment_id)).rejects.toMatchObject({ code: 'payment_not_found' });
  });

  it('C1, D15: who was paid by another org gives back, once, and both orgs see it; who has paid takes nothing', async () => {
    const { payer, payee } = await twoOrgs();
    const request = { agent_id: 'buyer', payee: 'shop', payee_org: payee.org, amount: '1.25', capture: true };
    const { payment_id } = await payer.client.payments.authorize(request);
    await ended(payer.client, payment_id);
    await expect(payer.client.payments.refund(payment_id)).rejects.toMatchObject({ code: 'refund_is_payees' });
    const half = { amount: '0.5', reason: 'half of it' };
    const key = { idempotency_key: 'half' };
    const [first, again] = await Promise.all([
      payee.client.payments.refundIncoming(payment_id, half, key),
      payee.client.payments.refundIncoming(payment_id, half, key),
    ]);
    expect(again).toEqual(first);
    expect(incomingRefundAnswerSchema.parse(first)).toMatchObject({
      amount: '1.25',
      amount_moved: '0.5',
      payer: { payer_org: payer.org, handle: 'buyer' },
      payee: { handle: 'shop' },
    });
    const tooMuch = payee.client.payments.refundIncoming(payment_id, { amount: '0.750001' });
    await expect(tooMuch).rejects.toMatchObject({ code: 'refund_exceeds_captured' });
    for (let turn = 0; turn < 100; turn++) {
      const { refunds } = await payee.client.payments.getIncoming(payment_id);
      if (refunds[0]?.settlement === 'settled') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(incomingPaymentSchema.parse(await payee.client.payments.getIncoming(payment_id))).toMatchObject({
      status: 'refunded',
      amount_refunded: '0.5',
      refunds: [{ refund_id: first.refund_id, settlement: 'settled', reason: 'half of it' }],
    });
    expect(await payer.client.payments.get(payment_id)).toMatchObject({
      status: 'refunded',
      settlement: 'settled',
      refunds: [{ refund_id: first.refund_id, amount: '0.5', reason: 'half of it' }],
    });
    expect(await payer.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0.75, remaining_usd: 4.25 });
  });
});
