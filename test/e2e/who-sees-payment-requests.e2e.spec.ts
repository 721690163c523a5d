import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { paymentRequestsAnswerSchema } from '#contracts';
import type { BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import { eventually as until } from '../support/eventually.js';
import { codeOf, openAskingOrg } from '../support/payment-requests.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const oneOrg = () => openAskingOrg(world);

describe('Payment requests inside one org', () => {
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
