import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  incomingPaymentSchema,
  partitionOf,
  paymentRequestsAnswerSchema,
  paymentRequestStateSchema,
  paymentRequestStepSchema,
} from '#contracts';
import type { BursarClient, PaymentRequestState } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import { eventually as until } from '../support/eventually.js';
import { codeOf, earned, openAskingOrg } from '../support/payment-requests.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function twoOrgs(same_partition = false) {
  const ours = await openAskingOrg(world);
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
