import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import { ORG } from '../../test-support/scripted.js';
import { newPayment, paymentOf, refusedWith, ServicesUnderTest } from '../../test-support/service-parts.js';
import { but, DISPATCHED, willing } from '../../test-support/willing-owner.js';
import { endCall } from './end-call.js';
import { finishLeftCalls } from './finish-left-calls.js';
import { joinCall } from './join-call.js';
import { outcomeText, type Outcome } from './outcome.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const PAID: Outcome = { kind: 'paid', body: { answer: '42' }, units: 20_000n };
const BUSY: Outcome = { kind: 'failed', code: 'service_busy', retry_after_ms: 5 };

const types = () => test.asked.map(({ type }) => type);

async function row(payment_id: string) {
  await test.settled();
  return test.calls.read(payment_id);
}

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
