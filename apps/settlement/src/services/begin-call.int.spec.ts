import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, SettlementAnswer } from '#contracts';
import { ORG } from '../../test-support/scripted.js';
import {
  newPayment,
  paymentOf,
  recorded,
  refusedWith,
  ServicesUnderTest,
  watched,
} from '../../test-support/service-parts.js';
import { but, DISPATCHED, willing } from '../../test-support/willing-owner.js';
import { Answered } from '../refused.js';
import { priceCall, requireService, type PricedCall } from './asked-call.js';
import { attemptId } from './attempt-id.js';
import { beginCall } from './begin-call.js';
import { finishLeftCalls } from './finish-left-calls.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

async function priced(service = 'once'): Promise<PricedCall> {
  const asked = { service, payload: { text: 'hello' }, labels: {} };
  return priceCall(await requireService(test.parts, ORG, service), asked, (problem) => problem);
}

async function answerOf(answer: Promise<unknown>): Promise<SettlementAnswer> {
  try {
    await answer;
  } catch (thrown) {
    if (thrown instanceof Answered) return thrown.answer;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

const types = () => test.asked.map(({ type }) => type);

async function row(payment_id: string) {
  await test.settled();
  return test.calls.read(payment_id);
}

describe('A call that begins', () => {
  it('C1: is that of who has the hold and the claim', async () => {
    test.owner = willing;
    const request = test.request();
    const begun = await beginCall(test.parts, request, await priced(), 0);
    expect(begun).toMatchObject({
      isOurs: true,
      isOfRequest: true,
      held: 50_000n,
      payment_id: `pay_${request.fresh_id}`,
    });
    expect(await row(begun.payment_id)).toMatchObject({ state: 'calling', request: '{"text":"hello"}' });
    const copy = await beginCall(test.parts, request, await priced(), 0);
    expect(copy).toMatchObject({ isOurs: false, isOfRequest: true, payment_id: begun.payment_id });
  });

  it('C1: by a key that has a payment is that one’s, and leaves no claim of its own', async () => {
    const [earlier, request] = [newPayment(), test.request({ key: 'k' })];
    test.owner = but('payment.authorize', () => recorded('payment.authorized', earlier, { replayed: true }));
    const begun = await beginCall(test.parts, request, await priced(), 0);
    expect(begun).toMatchObject({ isOurs: false, isOfRequest: false, payment_id: earlier });
    expect(await row(`pay_${request.fresh_id}`)).toBeUndefined();
  });

  it.each<[string, OwnerAnswer]>([
    ['refused', refusedWith('daily_cap_exceeded')],
    ['asked too often', { kind: 'unavailable', code: 'rate_limited', retry_after_ms: 5 }],
    ['not taken by anybody', { kind: 'unavailable', code: 'book_unavailable' }],
  ])('A7: whose hold is %s leaves nothing behind', async (_what, answer) => {
    test.owner = () => answer;
    const request = test.request();
    expect(await answerOf(beginCall(test.parts, request, await priced(), 0))).toEqual(answer);
    expect(await row(`pay_${request.fresh_id}`)).toBeUndefined();
  });

  it('A7: whose hold may stand is not made, and voided by the sweep', async () => {
    test.owner = () => ({ kind: 'unavailable', code: 'outcome_unknown' });
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    await answerOf(beginCall(test.parts, request, await priced(), 0));
    await test.admin.query('update bursar.service_call_open set ends_at = now()');
    test.owner = willing;
    expect(await finishLeftCalls(test.parts)).toBe(1);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.void', payment_id });
    expect(await row(payment_id)).toMatchObject({ state: 'ended' });
    expect(test.provider.requests).toEqual([]);
  });

  it('C4: whose hold may stand is nobody else’s until it is kept that nothing was called', async () => {
    test.owner = () => ({ kind: 'unavailable', code: 'outcome_unknown' });
    const { calls } = test.parts;
    const taken: unknown[] = [];
    const request = test.request();
    await answerOf(beginCall({ ...test.parts, calls: watched(calls, taken) }, request, await priced(), 0));
    expect(taken).toEqual([[]]);
    expect(await calls.take(20, 1_000)).toMatchObject([{ payment_id: `pay_${request.fresh_id}`, state: 'answered' }]);
  });

  it('A7: that cannot be kept is released, and says that it may be tried again', async () => {
    test.owner = willing;
    await test.admin.query('revoke insert on bursar.service_call from bursar_services');
    const answer = await answerOf(beginCall(test.parts, test.request(), await priced(), 0));
    await test.settled();
    await test.admin.query('grant insert on bursar.service_call to bursar_services');
    expect(answer).toEqual({ kind: 'unavailable', code: 'settlement_unavailable' });
    expect(types()).toEqual(['payment.authorize', 'payment.void']);
  });

  it('A7: that can neither be kept nor read is released when it can', async () => {
    test.owner = willing;
    const request = test.request();
    await test.admin.query('begin');
    await test.admin.query('lock table bursar.service_call in access exclusive mode');
    await answerOf(beginCall(test.parts, request, await priced(), 0));
    expect(types()).toEqual(['payment.authorize']);
    await test.admin.query('rollback');
    await test.parts.running.idle();
    expect(types()).toEqual(['payment.authorize', 'payment.void']);
    // What it came to is kept: the same key may be tried again.
    expect((await row(`pay_${request.fresh_id}`))?.answer).toContain('upstream_unavailable');
  });

  it('A7: whose claim is written after its caller’s time is not made: its caller was told so', async () => {
    test.owner = willing;
    const request = { ...test.request(), deadline: Date.now() + 50 };
    const payment_id = `pay_${request.fresh_id}`;
    await test.admin.query('begin');
    await test.admin.query('lock table bursar.service_call in access exclusive mode');
    const answer = answerOf(beginCall(test.parts, request, await priced(), 0));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await test.admin.query('rollback');
    expect(await answer).toEqual({ kind: 'unavailable', code: 'settlement_unavailable' });
    await test.parts.running.idle();
    expect(types()).toEqual(['payment.authorize', 'payment.void']);
    expect((await row(payment_id))?.answer).toContain('upstream_unavailable');
  });

  it('C1: that cannot be kept here, while another replica is at it, is left to that one', async () => {
    test.owner = willing;
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    const { calls } = test;
    const cannotBegin = {
      begin: () => Promise.reject(new Error('no connection')),
      read: (id: string) => calls.read(id),
      answered: (answer: Parameters<typeof calls.answered>[0]) => calls.answered(answer),
    } as unknown as typeof calls;
    const parts = { ...test.parts, calls: cannotBegin };
    await beginCall(test.parts, request, await priced(), 0);
    await answerOf(beginCall(parts, request, await priced(), 0));
    await test.settled();
    expect(types()).toEqual(['payment.authorize', 'payment.authorize']);
    expect(await row(payment_id)).toMatchObject({ state: 'calling' });
  });

  it('A7: on a hold that another copy of the request has made and given up is not made', async () => {
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    for (const [events, isOurs] of [
      [[...DISPATCHED, ['payment.voided']] as [string][], false],
      [DISPATCHED, true],
    ] as const) {
      test.owner = (command) =>
        command.type === 'query.payment'
          ? paymentOf(payment_id, ...events)
          : recorded('payment.authorized', payment_id, { replayed: true });
      expect(await beginCall(test.parts, request, await priced(), 0)).toMatchObject({ isOurs });
      await test.settled();
    }
  });

  it('C1: for another time by a key has an id that all copies of the request give it', () => {
    const fresh_id = test.request().fresh_id;
    const ids = [0, 1, 2].map((attempt) => attemptId(fresh_id, attempt));
    expect(ids).toEqual([0, 1, 2].map((attempt) => attemptId(fresh_id, attempt)));
    expect([ids[0], new Set(ids).size]).toEqual([fresh_id, 3]);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(attemptId(test.request().fresh_id, 1)).not.toBe(ids[1]);
  });
});
