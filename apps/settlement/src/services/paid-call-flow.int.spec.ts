import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, SettlementAnswer, SettlementRequest } from '#contracts';
import type { Command, Query } from '#domain';
import { ORG } from '../../test-support/scripted.js';
import {
  newPayment,
  paymentOf,
  recorded,
  refusedWith,
  ServicesUnderTest,
  watched,
} from '../../test-support/service-parts.js';
import { Answered } from '../refused.js';
import { priceCall, requireService, type PricedCall } from './asked-call.js';
import { attemptId } from './attempt-id.js';
import { beginCall } from './begin-call.js';
import { endCall } from './end-call.js';
import { finishLeftCalls } from './finish-left-calls.js';
import { joinCall } from './join-call.js';
import { outcomeText, type Outcome } from './outcome.js';
import { payForCall } from './pay-for-call.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const PAID: Outcome = { kind: 'paid', body: { answer: '42' }, units: 20_000n };
const BUSY: Outcome = { kind: 'failed', code: 'service_busy', retry_after_ms: 5 };
const DISPATCHED: [string, object?][] = [['payment.authorized', { unknown_at: Date.now() + 60_000 }]];

/** Holds what it is asked to hold, and ends it. */
function willing(command: Command | Query): OwnerAnswer | undefined {
  if (command.type === 'payment.authorize') return recorded('payment.authorized', `pay_${command.fresh_id}`);
  if (command.type === 'payment.capture') return recorded('payment.captured', command.payment_id);
  if (command.type === 'payment.void') return recorded('payment.voided', command.payment_id);
  return undefined;
}

/** As `willing`, but one kind of command is answered so. */
function but(type: Command['type'] | Query['type'], answer: (command: never) => OwnerAnswer | undefined) {
  return (command: Command | Query) => (command.type === type ? answer(command as never) : willing(command));
}

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

describe('A call that ends', () => {
  const call = () => ({ org: ORG, service: 'once', payment_id: newPayment(), salt: 's' });

  it.each<[Outcome, string, object]>([
    [PAID, 'payment.capture', { amount: 20_000n, final: true, answer_hash: expect.any(String) }],
    [BUSY, 'payment.void', {}],
  ])('B1: is kept and its payment ended, once whoever says it: %#', async (outcome, type, fields) => {
    test.owner = willing;
    const ending = call();
    await test.left(ending.payment_id);
    expect((await endCall(test.parts, ending, outcome)).kind).toBe('as_said');
    expect(test.asked).toMatchObject([{ type, payment_id: ending.payment_id, ...fields }]);
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended', answer: outcomeText(outcome) });
  });

  it('B1: is said again until the owner is there', async () => {
    const ending = call();
    let times = 0;
    test.owner = (command) => ((times += 1) < 3 ? undefined : willing(command));
    expect((await endCall(test.parts, ending, PAID)).kind).toBe('as_said');
    expect(new Set(test.asked.map((command) => ('key' in command ? command.key : ''))).size).toBe(1);
  });

  it('C1: while the database is away is kept when it is back, so that its key has the same answer', async () => {
    const ending = call();
    await test.left(ending.payment_id);
    let tries = 0;
    let isAway = true;
    const answered: typeof test.calls.answered = (answer) =>
      isAway ? Promise.reject(new Error('no connection')) : test.calls.answered(answer);
    test.owner = (command) => {
      tries += 1;
      isAway = tries < 3;
      return isAway ? undefined : willing(command);
    };
    const parts = { ...test.parts, calls: { ...test.parts.calls, answered } };
    expect((await endCall(parts, ending, PAID)).kind).toBe('as_said');
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended' });
    expect(await joinCall(test.parts, test.request(), ending)).toEqual(PAID);
  });

  it.each([
    ['payment_not_capturable', 'otherwise'],
    ['payment_not_found', 'otherwise'],
    ['hold_expired', 'otherwise'],
    ['capture_exceeds_hold', 'open'],
  ])('C4: where the owner says %s has ended %s', async (code, ended) => {
    test.owner = () => refusedWith(code);
    const ending = call();
    await test.left(ending.payment_id);
    expect((await endCall(test.parts, ending, PAID)).kind).toBe(ended);
    expect((await row(ending.payment_id))?.state).toBe(ended === 'open' ? 'answered' : 'ended');
  });
});

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

describe('A call whose process is gone', () => {
  it.each<[string, (payment_id: string) => OwnerAnswer]>([
    ['no payment', () => refusedWith('payment_not_found')],
    ['a payment that waits', (id) => paymentOf(id, ['payment.pending_approval'], ['payment.approved'])],
  ])('A7: and has %s was never made: nothing is called, and it is forgotten', async (_what, book) => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    test.owner = () => book(payment_id);
    await finishLeftCalls(test.parts);
    expect([await row(payment_id), test.provider.requests]).toEqual([undefined, []]);
    expect(test.asked).toMatchObject([{ credential: { subject: 'settlement', service: 'mail' } }]);
  });

  it('A7: while the book cannot be asked stays, and nothing is called', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    await finishLeftCalls(test.parts);
    expect([(await row(payment_id))?.state, test.provider.requests]).toEqual(['calling', []]);
  });

  it('C3: of a service that knows no keys is nobody’s to make again', async () => {
    const payment_id = newPayment();
    await test.left(payment_id);
    test.owner = () => paymentOf(payment_id, ...DISPATCHED);
    await finishLeftCalls(test.parts);
    expect([await row(payment_id), test.provider.requests]).toMatchObject([{ state: 'ended' }, []]);
    expect(types()).toEqual(['query.payment']);
  });

  it('C1: of a service that knows keys is made under its key, and captured', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    test.owner = but('query.payment', () => paymentOf(payment_id, ...DISPATCHED));
    await finishLeftCalls(test.parts);
    expect(test.provider.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([payment_id]);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.capture', amount: 20_000n });
    expect(await row(payment_id)).toMatchObject({ state: 'ended', units: 20_000n });
  });

  it('A1: is captured at most at its hold, whatever the service says now', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    test.reply = () => ({ body: '{"cost":0.9}' });
    test.owner = but('query.payment', () => paymentOf(payment_id, ...DISPATCHED));
    await finishLeftCalls(test.parts);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.capture', amount: 50_000n });
  });

  it('C3: is not voided because the service cannot be asked now: it is asked later', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    test.owner = but('query.payment', () => paymentOf(payment_id, ...DISPATCHED));
    test.reply = () => ({ status: 503 });
    await finishLeftCalls(test.parts);
    expect([types(), (await row(payment_id))?.state]).toEqual([['query.payment'], 'calling']);
    test.reply = () => ({ status: 422 });
    await test.admin.query('update bursar.service_call_open set ends_at = now()');
    await finishLeftCalls(test.parts);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.void' });
  });

  it('C3: is not made again when the service has forgotten its key', async () => {
    const payment_id = newPayment();
    await test.left(payment_id, { service: 'mail' });
    const yesterday = { time: Date.now() - 24 * 3_600_000 };
    test.owner = () => paymentOf(payment_id, ['payment.authorized', yesterday], ['payment.dispatched', yesterday]);
    await finishLeftCalls(test.parts);
    expect([await row(payment_id), test.provider.requests]).toMatchObject([{ state: 'ended' }, []]);
  });

  it('B7: and cannot be ended keeps no other from being', async () => {
    const [bad, good] = [newPayment(), newPayment()];
    await test.left(bad, { answer: '[]' });
    await test.left(good, { answer: outcomeText(PAID), units: 20_000n });
    test.owner = willing;
    expect(await finishLeftCalls(test.parts)).toBe(2);
    expect([(await row(bad))?.state, (await row(good))?.state]).toEqual(['answered', 'ended']);
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
