import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettlementAnswer, SettlementRequest } from '#contracts';
import { newPayment, paymentOf, recorded, ServicesUnderTest } from '../../test-support/service-parts.js';
import { but, DISPATCHED, willing } from '../../test-support/willing-owner.js';
import { attemptId } from './attempt-id.js';
import { joinCall } from './join-call.js';
import { outcomeText, type Outcome } from './outcome.js';
import { payForCall } from './pay-for-call.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const PAID: Outcome = { kind: 'paid', body: { answer: '42' }, units: 20_000n };

const types = () => test.asked.map(({ type }) => type);

async function row(payment_id: string) {
  await test.settled();
  return test.calls.read(payment_id);
}

describe('A call that is asked for again', () => {
  it('C4: gives the answer that is kept, once its payment has ended', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { answer: outcomeText(PAID), units: 20_000n });
    test.owner = willing;
    expect(await joinCall(test.parts, test.request(), { payment_id })).toEqual(PAID);
    expect(types()).toEqual(['payment.capture']);
    expect(await row(payment_id)).toMatchObject({ state: 'ended' });
    test.asked.length = 0;
    expect(await joinCall(test.parts, test.request(), { payment_id })).toEqual(PAID);
    expect(types()).toEqual([]);
  });

  it('C3: waits for one that runs, and says what is known when its time is over', async () => {
    const payment_id = newPayment();
    await test.left(payment_id);
    const request = test.request({ deadline: Date.now() + 1_200 });
    expect(await joinCall(test.parts, request, { payment_id })).toMatchObject({ kind: 'unknown' });
    const joined = joinCall(test.parts, test.request(), { payment_id });
    await test.calls.answered({ payment_id, answer: outcomeText(PAID), units: 20_000n });
    await test.calls.ended([payment_id]);
    expect(await joined).toEqual(PAID);
  });

  it('C3: and whose claim is later than its hold waits for the claim', async () => {
    const payment_id = newPayment();
    test.owner = () => paymentOf(payment_id, ...DISPATCHED);
    const joined = joinCall(test.parts, test.request(), { payment_id });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await test.left(payment_id, { answer: outcomeText(PAID), units: 20_000n });
    await test.calls.ended([payment_id]);
    expect(await joined).toEqual(PAID);
  });

  it.each<[string, Outcome, [string, object?][]]>([
    ['paid', PAID, [...DISPATCHED, ['payment.captured', { captured: '20000' }]]],
    ['refused', { kind: 'failed', code: 'upstream_refused' }, [...DISPATCHED, ['payment.voided']]],
  ])(
    'C1: and is claimed and %s between the looks at what is kept and at the book has its answer',
    async (_what, outcome, events) => {
      const payment_id = newPayment();
      const send = async () => {
        if ((await test.calls.read(payment_id)) === undefined) {
          await test.left(payment_id, { answer: outcomeText(outcome), units: 20_000n });
          await test.calls.ended([payment_id]);
        }
        return paymentOf(payment_id, ...events);
      };
      const joined = joinCall({ ...test.parts, owners: { send } }, test.request(), { payment_id });
      expect(await joined).toEqual(outcome);
    },
  );

  it.each<[string, boolean, [string, object?][], object]>([
    [
      'captured, and not kept any more',
      false,
      [...DISPATCHED, ['payment.captured', { captured: '7' }]],
      { kind: 'paid', units: 7n, body: { answer_expired: true } },
    ],
    ['voided by an operator', true, [...DISPATCHED, ['payment.voided']], { kind: 'failed', code: 'upstream_refused' }],
    [
      'voided before it was made',
      false,
      [...DISPATCHED, ['payment.voided']],
      { kind: 'failed', code: 'upstream_unavailable' },
    ],
    [
      'expired before it was made',
      false,
      [['payment.pending_approval'], ['payment.approved'], ['payment.expired']],
      { kind: 'failed', code: 'upstream_unavailable' },
    ],
    ['known to nobody', true, DISPATCHED, { kind: 'unknown' }],
  ])('D4: and was %s is what the book says', async (_what, isKept, events, outcome) => {
    const payment_id = newPayment();
    if (isKept) {
      await test.left(payment_id);
      await test.calls.ended([payment_id]);
    }
    test.owner = () => paymentOf(payment_id, ...events);
    expect(await joinCall(test.parts, test.request(), { payment_id })).toMatchObject(outcome);
  });

  it('C1: long after it was voided and forgotten is not made again', async () => {
    const payment_id = newPayment();
    const long_ago = { time: Date.now() - 40 * 86_400_000 };
    test.owner = () =>
      paymentOf(payment_id, ['payment.authorized', long_ago], ['payment.voided', { time: Date.now() }]);
    expect(await joinCall(test.parts, test.request(), { payment_id })).toMatchObject({ code: 'upstream_refused' });
  });
});

describe('A paid call, from its request to its answer', () => {
  const asIs = () => ({ problemOf: (problem: never) => problem, answerOf: (outcome: never) => outcome });
  const ask = (request: SettlementRequest): Promise<SettlementAnswer> =>
    payForCall(test.parts, request, { service: 'once', payload: { text: 'hello' }, labels: {} }, asIs as never);

  it('C1: that came to nothing is told so to every copy of its request, and no copy makes it again', async () => {
    test.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    const request = test.request();
    test.owner = willing;
    const answers = [await ask(request), await ask(request)];
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'problem', code: 'service_busy' });
    expect(test.provider.requests).toHaveLength(1);
  });

  it('C1: that came to nothing is made again by another request with its key', async () => {
    test.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    test.owner = willing;
    const first = test.request({ key: 'k' });
    await ask(first);
    const earlier = `pay_${first.fresh_id}`;
    test.owner = but('payment.authorize', ({ key, fresh_id }: { key: string; fresh_id: string }) =>
      key === 'k'
        ? recorded('payment.authorized', earlier, { replayed: true })
        : recorded('payment.authorized', `pay_${fresh_id}`),
    );
    const second = test.request({ key: 'k' });
    expect(await ask(second)).toMatchObject({
      code: 'service_busy',
      payment_id: `pay_${attemptId(second.fresh_id, 1)}`,
    });
    expect(test.provider.requests).toHaveLength(2);
  });

  it('C3: whose caller is told that it has not ended yet is ended all the same', async () => {
    test.reply = async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return {};
    };
    test.owner = willing;
    const request = test.request({ deadline: Date.now() + 700 });
    expect(await ask(request)).toMatchObject({ kind: 'problem', code: 'payment_outcome_unknown' });
    await test.parts.running.idle();
    expect(types()).toEqual(['payment.authorize', 'payment.capture']);
    expect(await row(`pay_${request.fresh_id}`)).toMatchObject({ state: 'ended', units: 20_000n });
  });

  it('A1: that comes to more than its hold is captured at its hold', async () => {
    test.reply = () => ({ body: '{"cost":5}' });
    test.owner = willing;
    await ask(test.request({ deadline: Date.now() + 700 })).catch(() => undefined);
    await test.parts.running.idle();
    expect(test.asked.find(({ type }) => type === 'payment.capture')).toMatchObject({ amount: 50_000n });
  });

  it('C1: that was approved is made by the next request, and not by a copy of the one that was told to wait', async () => {
    const request = test.request({ key: 'k' });
    const payment_id = `pay_${request.fresh_id}`;
    const pending = { approval_id: 'apr_1', expires_at: Date.now() + 60_000 };
    test.owner = (command) => {
      if (command.type === 'payment.authorize') return recorded('payment.pending_approval', payment_id, pending);
      if (command.type === 'payment.dispatch') return recorded('payment.dispatched', payment_id);
      if (command.type === 'query.payment')
        return paymentOf(payment_id, ['payment.pending_approval', pending], ['payment.approved']);
      return willing(command);
    };
    test.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    for (const copy of [request, request]) expect(await ask(copy)).toMatchObject({ outcome: 'pending' });
    expect(test.provider.requests).toEqual([]);
    await test.settled();
    const answer = await ask(test.request({ key: 'k' }));
    expect(answer).toMatchObject({ code: 'service_busy', payment_id });
    expect(types().filter((type) => type === 'payment.dispatch')).toHaveLength(1);
  });
});
