import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  incomingPaymentSchema,
  partitionOf,
  paymentAnswerSchema,
  paymentRequestOpenedSchema,
  paymentRequestsAnswerSchema,
  paymentRequestStateSchema,
  paymentRequestStepSchema,
  paymentStateSchema,
} from '#contracts';
import type { BursarClient, PaymentRequestState } from '#client';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function oneOrg() {
  const organization = await world.organizations.open();
  const { client } = organization;
  const payer = await client.agents.create({ handle: 'planner', spending_cap: { amount: '5.00' } });
  const payee = await client.agents.create({ handle: 'writer' });
  const stranger = await client.agents.create({ handle: 'stranger' });
  return {
    ...organization,
    ids: { payer: payer.agent_id, payee: payee.agent_id },
    payer: world.client(payer.token!),
    payee: world.client(payee.token!),
    stranger: world.client(stranger.token!),
    tokens: { payer: payer.token!, payee: payee.token!, stranger: stranger.token! },
  };
}

async function twoOrgs(same_partition = false) {
  const ours = await oneOrg();
  const partition = (partitionOf(ours.org) + (same_partition ? 0 : 1)) % 64;
  const theirs = await world.organizations.open({ partition });
  const buyer = await theirs.client.agents.create({ handle: 'buyer', spending_cap: { amount: '5.00' } });
  const other = await theirs.client.agents.create({ handle: 'other' });
  return {
    ours,
    theirs,
    buyer: world.client(buyer.token!),
    other: world.client(other.token!),
    buyer_id: buyer.agent_id,
  };
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'passed',
    (error: { code?: string }) => error.code ?? 'an error without a code',
  );

async function until<Value>(read: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (let turn = 0; turn < 200; turn++) {
    const value = await read();
    if (isSo(value)) return value;
    await delay(50);
  }
  throw new Error('it does not become so');
}

async function earned(client: BursarClient, agent: string): Promise<string> {
  const { wallets } = await client.wallets.list();
  return wallets.find(({ wallet_id }) => wallet_id === `wal_${agent.slice(4)}_usd`)?.available ?? '0';
}

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

  it('F7: concerns payee and payer; to another agent of the org there is no such request', async () => {
    const { payer, payee, stranger, client } = await oneOrg();
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.10', memo: 'between us' });
    const calls = (of: BursarClient) => [
      codeOf(of.paymentRequests.get(request_id)),
      codeOf(of.paymentRequests.pay(request_id)),
      codeOf(of.paymentRequests.cancel(request_id)),
      codeOf(of.paymentRequests.decline(request_id)),
    ];
    expect(await Promise.all(calls(stranger))).toEqual(Array.from({ length: 4 }, () => 'payment_request_not_found'));
    expect(await codeOf(payee.paymentRequests.pay(request_id))).toBe('agent_not_own');
    expect(await codeOf(payee.paymentRequests.decline(request_id))).toBe('agent_not_own');
    expect(await codeOf(payer.paymentRequests.cancel(request_id))).toBe('agent_not_own');
    const mine = { payee: 'planner', payer: 'stranger', amount: 1 };
    expect(await codeOf(payee.paymentRequests.open(mine))).toBe('agent_not_own');
    const finance = world.client((await client.keys.issue({ role: 'finance', name: 'books' })).token!);
    expect(await finance.paymentRequests.get(request_id)).toMatchObject({ memo: 'between us' });
    expect(await codeOf(finance.paymentRequests.pay(request_id))).toBe('role_not_allowed');
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

  it('H1 H2: lists what is open first, as payee and as payer, and each agent only its own', async () => {
    const { payer, payee, stranger, client } = await oneOrg();
    const ask = async (amount: string, fields: object = {}) =>
      (await payee.paymentRequests.open({ payer: 'planner', amount, ...fields })).request_id;
    const paid = await ask('0.01');
    await payer.paymentRequests.pay(paid);
    const open = [await ask('0.02'), await ask('0.03', { expires_in: 3600 }), await ask('0.04')];
    const over = await ask('0.05', { expires_in: 1 });
    const cancelled = await ask('0.06');
    await payee.paymentRequests.cancel(cancelled);
    await delay(1_100);
    const all = await until(
      () => client.paymentRequests.list(),
      ({ payment_requests }) =>
        payment_requests.length === 6 && payment_requests.some(({ status }) => status === 'cancelled'),
    );
    expect(paymentRequestsAnswerSchema.parse(all).payment_requests.map(({ request_id }) => request_id)).toEqual([
      open[2],
      open[0],
      open[1],
      over,
      cancelled,
      paid,
    ]);
    expect(all.payment_requests.map(({ status }) => status)).toEqual([
      ...['open', 'open', 'open'],
      ...['expired', 'cancelled', 'paid'],
    ]);
    const walked: string[] = [];
    for await (const { request_id } of payer.paymentRequests.each({ as: 'payer', limit: 2 })) walked.push(request_id);
    expect(walked).toEqual(all.payment_requests.map(({ request_id }) => request_id));
    const ids = async (of: BursarClient, query: object) =>
      (await of.paymentRequests.list(query)).payment_requests.map(({ request_id }) => request_id);
    expect(await ids(payee, {})).toEqual(walked);
    expect(await ids(client, { as: 'payer', agent: 'planner', status: 'open' })).toEqual(walked.slice(0, 3));
    for (const status of ['expired', 'cancelled', 'paid'] as const)
      expect(await ids(client, { agent: 'writer', status })).toEqual([{ expired: over, cancelled, paid }[status]]);
    for (const query of [{}, { as: 'payer' }]) expect(await ids(stranger, query)).toEqual([]);
    expect(await ids(payer, {})).toEqual([]);
    expect(await codeOf(payer.paymentRequests.list({ agent: 'writer' }))).toBe('agent_not_own');
    const listed = await until(
      () => client.payments.list(),
      ({ payments }) => payments.length > 0,
    );
    expect(listed.payments[0]).toMatchObject({ request_id: paid });
  });

  it('D20: the log has nothing of the memo but a salted hash', async () => {
    const { payee, client } = await oneOrg();
    await payee.paymentRequests.open({ payer: 'planner', amount: '0.10', memo: 'Jane Doe' });
    let text = '';
    for await (const event of client.events.each({})) text += JSON.stringify(event);
    expect(text).not.toContain('Jane');
    expect(text).toMatch(/"type":"request.opened".*"memo_hash":"[\w-]{43}"/);
  });

  it('the asked agent hears of it on its feed, and the asking one of its end', async () => {
    const { client, payee, tokens } = await oneOrg();
    const heard: string[] = [];
    const [payerBus, payeeBus] = [await world.bus(tokens.payer), await world.bus(tokens.payee)];
    for (const [who, bus] of Object.entries({ payer: payerBus, payee: payeeBus }))
      await bus.follow(undefined, (event) => void heard.push(`${who}: ${event.type}`));
    const { request_id } = await payee.paymentRequests.open({ payer: 'planner', amount: '0.10' });
    await client.paymentRequests.pay(request_id);
    // Others may come before and between them: what has just happened when the following began, and each side's own.
    const wanted = ['payer: request.opened', 'payer: payment.transferred', 'payee: request.paid'];
    await until(
      () => Promise.resolve(heard),
      (all) => wanted.every((each) => all.includes(each)),
    );
    expect(heard).toEqual(expect.arrayContaining(wanted));
  });
});

describe.each([
  ['in another partition', false],
  ['in the same partition', true],
])('Payment requests between two orgs, the other %s', (_where, same_partition) => {
  const settledBy = (client: BursarClient, id: string) =>
    until(
      () => client.payments.get(id),
      ({ settlement }) => settlement !== 'in_clearing',
    );

  it('D15: the agent of the other org reads, pays and is settled; the payee’s book then knows it paid', async () => {
    const { ours, theirs, buyer, other, buyer_id } = await twoOrgs(same_partition);
    const { org } = ours;
    const asked = await ours.payee.paymentRequests.open({
      payer: 'buyer',
      payer_org: theirs.org,
      amount: '1.25',
      label: 'inner business',
      memo: 'three papers',
    });
    const id = asked.request_id;
    expect(asked.payer).toEqual({ payer_org: theirs.org, handle: 'buyer' });
    const seen = await buyer.paymentRequests.get(id, org);
    expect(paymentRequestStateSchema.parse(seen)).toMatchObject({
      status: 'open',
      payee: { payee_org: org, handle: 'writer' },
      memo: 'three papers',
      amount: '1.25',
    });
    for (const own of ['inner business', ours.ids.payee, '"position"']) expect(JSON.stringify(seen)).not.toContain(own);

    const missing = 'payment_request_not_found';
    for (const nobody of [other, ours.stranger, buyer])
      expect(await codeOf(nobody.paymentRequests.get(id, nobody === buyer ? undefined : org))).toBe(missing);
    expect(await codeOf(other.paymentRequests.pay(id, { payee_org: org }))).toBe(missing);
    expect(await codeOf(other.paymentRequests.decline(id, org))).toBe(missing);
    expect(await codeOf(buyer.paymentRequests.get(id, `org_${'0'.repeat(32)}`))).toBe(missing);

    const payment = await buyer.paymentRequests.pay(id, { payee_org: org, labels: { goal: 'x' } });
    expect(payment).toMatchObject({ status: 'captured', request_id: id, payee: { payee_org: org, handle: 'writer' } });
    expect(await settledBy(buyer, payment.payment_id)).toMatchObject({ settlement: 'settled' });
    const paid: PaymentRequestState = await ours.payee.paymentRequests.get(id);
    expect(paid).toMatchObject({ status: 'paid', payment_id: payment.payment_id });
    expect(await buyer.paymentRequests.get(id, org)).toMatchObject({ status: 'paid' });
    const incoming = await ours.payee.payments.getIncoming(payment.payment_id);
    expect(incomingPaymentSchema.parse(incoming)).toMatchObject({ request_id: id, status: 'credited' });
    expect(await earned(ours.client, ours.ids.payee)).toBe('1.25');
    expect(await codeOf(theirs.client.paymentRequests.pay(id, { payee_org: org }))).toBe('payment_request_paid');

    const byId = await ours.payee.paymentRequests.open({ payer: buyer_id, payer_org: theirs.org, amount: '0.01' });
    const again = await buyer.paymentRequests.pay(byId.request_id, { payee_org: org });
    expect(await settledBy(buyer, again.payment_id)).toMatchObject({ settlement: 'settled' });
  });

  it('A1 C1: 20 copies at once are one payment and one credit', async () => {
    const { ours, theirs, buyer } = await twoOrgs(same_partition);
    const ask = { payer: 'buyer', payer_org: theirs.org, amount: '0.50' };
    const { request_id } = await ours.payee.paymentRequests.open(ask);
    const plain = {
      agent_id: 'buyer',
      payee: 'writer',
      payee_org: ours.org,
      amount: '0.50',
      capture: true,
      request_id,
    };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, copy) =>
        codeOf(
          copy % 3 === 0
            ? theirs.client.payments.pay(plain)
            : [buyer, theirs.client][copy % 2]!.paymentRequests.pay(request_id, { payee_org: ours.org }),
        ),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['passed', ...Array.from({ length: 19 }, () => 'payment_request_paid')]);
    await until(
      () => ours.payee.paymentRequests.get(request_id),
      ({ status }) => status === 'paid',
    );
    expect(await earned(ours.client, ours.ids.payee)).toBe('0.5');
    expect(await buyer.agents.spend('buyer')).toMatchObject({ spent_usd: 0.5 });
  });

  it('C5 D15: a plain payment of another amount comes back whole, and the request can be paid after that', async () => {
    const { ours, theirs, buyer } = await twoOrgs(same_partition);
    const ask = { payer: 'buyer', payer_org: theirs.org, amount: '0.50' };
    const { request_id } = await ours.payee.paymentRequests.open(ask);
    const plain = { payee: 'writer', payee_org: ours.org, amount: '0.01', capture: true, request_id };
    const cheap = await buyer.payments.pay(plain);
    expect(await settledBy(buyer, cheap.payment_id)).toMatchObject({ settlement: 'reversed', amount_refunded: '0.01' });
    expect(await ours.payee.paymentRequests.get(request_id)).toMatchObject({ status: 'open' });
    const right = await buyer.paymentRequests.pay(request_id, { payee_org: ours.org });
    expect(await settledBy(buyer, right.payment_id)).toMatchObject({ settlement: 'settled' });
    expect(await earned(ours.client, ours.ids.payee)).toBe('0.5');
  });

  it('D15: a cancel at the same time either comes too late or sends the money back: never both, never neither', async () => {
    const { ours, theirs, buyer } = await twoOrgs(same_partition);
    let spent = 0;
    for (let round = 0; round < 8; round++) {
      const ask = { payer: 'buyer', payer_org: theirs.org, amount: '0.10' };
      const { request_id } = await ours.payee.paymentRequests.open(ask);
      const paying = buyer.paymentRequests
        .pay(request_id, { payee_org: ours.org })
        .catch((error: { code: string }) => error.code);
      if (round % 2 === 1) await delay(round * 4);
      const cancelling = codeOf(ours.payee.paymentRequests.cancel(request_id));
      const [paid, cancelled] = [await paying, await cancelling];
      const settlement = typeof paid === 'string' ? paid : (await settledBy(buyer, paid.payment_id)).settlement;
      const { status } = await ours.payee.paymentRequests.get(request_id);
      if (cancelled === 'passed') {
        expect(status).toBe('cancelled');
        expect(['reversed', 'payment_request_cancelled']).toContain(settlement);
      } else {
        expect([cancelled, status, settlement]).toEqual(['payment_request_paid', 'paid', 'settled']);
        spent += 1;
      }
    }
    expect(await earned(ours.client, ours.ids.payee)).toBe(spent === 0 ? '0' : `${spent / 10}`);
    expect((await buyer.agents.spend('buyer')).spent_usd).toBeCloseTo(spent / 10, 9);
  });

  it('is declined by the agent of the other org, whose key says the same again; and lists show it on both sides', async () => {
    const { ours, theirs, buyer } = await twoOrgs(same_partition);
    const ask = { payer: 'buyer', payer_org: theirs.org, amount: '0.50', label: 'inner business' };
    const { request_id } = await ours.payee.paymentRequests.open(ask);
    const listed = await until(
      () => buyer.paymentRequests.list({ as: 'payer' }),
      ({ payment_requests }) => payment_requests.length > 0,
    );
    expect(paymentRequestsAnswerSchema.parse(listed).payment_requests).toMatchObject([
      { request_id, payee: { payee_org: ours.org, handle: 'writer' }, payer: { payer_org: theirs.org } },
    ]);
    for (const own of ['inner business', ours.ids.payee, '"position"'])
      expect(JSON.stringify(listed)).not.toContain(own);
    const key = { idempotency_key: 'no thanks' };
    const declined = await buyer.paymentRequests.decline(request_id, ours.org, key);
    expect(paymentRequestStepSchema.parse(declined)).toMatchObject({ status: 'declined' });
    expect(await buyer.paymentRequests.decline(request_id, ours.org, key)).toEqual(declined);
    expect(await ours.payee.paymentRequests.get(request_id)).toMatchObject({ status: 'declined' });
    expect(await codeOf(buyer.paymentRequests.pay(request_id, { payee_org: ours.org }))).toBe(
      'payment_request_declined',
    );
    const second = await ours.payee.paymentRequests.open({ ...ask, expires_in: 1 });
    await delay(1_100);
    expect(await codeOf(buyer.paymentRequests.pay(second.request_id, { payee_org: ours.org }))).toBe(
      'payment_request_expired',
    );
    expect(await buyer.agents.spend('buyer')).toMatchObject({ spent_usd: 0 });
  });
});
