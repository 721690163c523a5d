import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  paymentAnswerSchema,
  paymentRequestOpenedSchema,
  paymentRequestStateSchema,
  paymentRequestStepSchema,
  paymentStateSchema,
} from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { codeOf, earned, openAskingOrg } from '../support/payment-requests.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const oneOrg = () => openAskingOrg(world);

describe('Payment requests inside one org', () => {
  it('an agent asks another by handle, which reads, pays and shows it; both see what became of it', async () => {
    const { payer, payee, client, ids } = await oneOrg();
    const asked = await payee.paymentRequests.open({
      payer: '@planner',
      amount: '0.40',
      label: 'job-7',
      category: 'text',
      memo: 'summary of three papers',
      expires_in: 3600,
    });
    expect(paymentRequestOpenedSchema.parse(asked)).toMatchObject({
      status: 'open',
      payee: { agent_id: ids.payee, handle: 'writer' },
      payer: { agent_id: ids.payer, handle: 'planner' },
      labels: { label: 'job-7' },
    });
    const seen = await payer.paymentRequests.get(asked.request_id);
    expect(paymentRequestStateSchema.parse(seen)).toMatchObject({
      status: 'open',
      memo: 'summary of three papers',
      payment_id: null,
    });
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'planner' });
    const payment = await payer.paymentRequests.pay(asked.request_id, {
      session_id: session.session_id,
      labels: { goal: 'x' },
    });
    expect(paymentAnswerSchema.parse(payment)).toMatchObject({
      status: 'captured',
      amount: '0.4',
      payee: { agent_id: ids.payee },
      request_id: asked.request_id,
      category: 'text',
      labels: { goal: 'x' },
      session_id: session.session_id,
    });
    for (const side of [payer, payee])
      expect(await side.paymentRequests.get(asked.request_id)).toMatchObject({
        status: 'paid',
        payment_id: payment.payment_id,
      });
    expect(await earned(client, ids.payee)).toBe('0.4');
    expect(paymentStateSchema.parse(await payer.payments.get(payment.payment_id))).toMatchObject({
      request_id: asked.request_id,
    });
    expect(await codeOf(payer.paymentRequests.pay(asked.request_id))).toBe('payment_request_paid');
  });

  it('A1 C1: 20 copies at once, by token, session, org key, bus and plain payment, are one payment', async () => {
    const { client, payer, payee, token, tokens, ids } = await oneOrg();
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.50' });
    const session = await client.sessions.open({ budget: '5.00', agent_id: 'planner' });
    const bySession = world.client(session.session_token!);
    const [byKey, byAgent] = [await world.bus(token), await world.bus(tokens.payer)];
    const plain = { payee: 'writer', amount: '0.50', capture: true, request_id };
    const published = async (answer: Promise<{ status: string; decline?: { code: string } }>): Promise<string> => {
      const { status, decline } = await answer;
      return status === 'captured' ? 'passed' : (decline?.code ?? status);
    };
    const ways: (() => Promise<string>)[] = [
      () => codeOf(payer.paymentRequests.pay(request_id)),
      () => codeOf(client.paymentRequests.pay(request_id)),
      () => codeOf(bySession.paymentRequests.pay(request_id)),
      () => codeOf(payer.payments.pay(plain)),
      () => published(byAgent.publish(plain)),
      () => published(byKey.publish({ ...plain, agent_id: ids.payer })),
    ];
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, copy) => ways[copy % ways.length]!()));
    expect(outcomes.toSorted()).toEqual(['passed', ...Array.from({ length: 19 }, () => 'payment_request_paid')]);
    expect(await earned(client, ids.payee)).toBe('0.5');
    expect(await payer.agents.spend('planner')).toMatchObject({ spent_usd: 0.5 });
  });

  it('C1: a lost answer comes again with its key, after the request has ended too', async () => {
    const { payer, payee } = await oneOrg();
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.50' });
    const key = { idempotency_key: 'pay it' };
    const first = await payer.paymentRequests.pay(request_id, key);
    expect(await payer.paymentRequests.pay(request_id, key)).toEqual(first);
    const other = { ...key, label: 'else' };
    expect(await codeOf(payer.paymentRequests.pay(request_id, other))).toBe('idempotency_key_conflict');
    const again = { payer: 'planner', amount: '0.50', idempotency_key: 'ask' };
    const asked = await payee.paymentRequests.open(again);
    expect(await payee.paymentRequests.open(again)).toEqual(asked);
    const cancelled = await payee.paymentRequests.cancel(asked.request_id, { idempotency_key: 'stop' });
    expect(await payee.paymentRequests.cancel(asked.request_id, { idempotency_key: 'stop' })).toEqual(cancelled);
  });

  it('A1: a payment that a cap declines leaves it open, with the figures of the cap', async () => {
    const { payer, payee, client } = await oneOrg();
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '5.01' });
    await expect(payer.paymentRequests.pay(request_id)).rejects.toMatchObject({
      code: 'lifetime_cap_exceeded',
      problem: { limit: '5', requested: '5.01' },
    });
    expect(await payer.paymentRequests.get(request_id)).toMatchObject({ status: 'open' });
    await client.agents.patch('planner', { spending_cap: { amount: '6' } });
    expect(await payer.paymentRequests.pay(request_id)).toMatchObject({ status: 'captured', amount: '5.01' });
  });

  it('is cancelled by its payee and declined by its payer, and not paid then; its time ends it by itself', async () => {
    const { payer, payee } = await oneOrg();
    const ask = async (fields: object = {}) =>
      (await payee.paymentRequests.open({ payer: 'planner', amount: '0.10', ...fields })).request_id;
    const [cancelled, declined, over] = [await ask(), await ask(), await ask({ expires_in: 1 })];
    expect(paymentRequestStepSchema.parse(await payee.paymentRequests.cancel(cancelled))).toMatchObject({
      status: 'cancelled',
    });
    expect(paymentRequestStepSchema.parse(await payer.paymentRequests.decline(declined))).toMatchObject({
      status: 'declined',
    });
    await delay(1_100);
    const ends = { cancelled, declined, expired: over };
    for (const [status, id] of Object.entries(ends)) {
      expect(await payee.paymentRequests.get(id)).toMatchObject({ status });
      expect(await codeOf(payer.paymentRequests.pay(id))).toBe(`payment_request_${status}`);
      expect(await codeOf(payee.paymentRequests.cancel(id))).toBe(`payment_request_${status}`);
    }
  });

  it('waits with the payment for an approval, and is paid by it', async () => {
    const { payer, payee, client } = await oneOrg();
    await client.agents.patch('planner', { approval_above: { amount: '0.20' } });
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.30' });
    const waiting = await payer.paymentRequests.pay(request_id);
    expect(waiting).toMatchObject({ status: 'pending_approval', request_id });
    expect(await codeOf(payer.paymentRequests.pay(request_id))).toBe('payment_request_pending');
    await client.approvals.approve(waiting.approval_id!);
    expect(await payee.paymentRequests.get(request_id)).toMatchObject({
      status: 'paid',
      payment_id: waiting.payment_id,
    });
  });

  it('C5: a plain payment that names it pays exactly what it asks for, and any other word is the caller’s own', async () => {
    const { payer, payee } = await oneOrg();
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.30' });
    const plain = { payee: 'writer', amount: '0.30', capture: true, request_id };
    for (const spoiled of [{ amount: '0.31' }, { capture: false }, { payee: 'stranger' }])
      expect(await codeOf(payer.payments.authorize({ ...plain, ...spoiled }))).toBe('payment_request_mismatch');
    expect(await payer.payments.explain(plain)).toMatchObject({ would: 'captured' });
    expect(await payer.payments.authorize(plain)).toMatchObject({ status: 'captured', request_id });
    const free = { payee: 'writer', amount: '0.01', capture: true, request_id: 'order 17 / part 2' };
    for (let copy = 0; copy < 2; copy++)
      expect(await payer.payments.authorize(free)).toMatchObject({ request_id: 'order 17 / part 2' });
  });
});
