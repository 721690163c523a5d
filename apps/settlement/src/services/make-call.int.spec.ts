import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quoteCall, type ServiceDefinition } from '#paid-services';
import type { ProviderReply } from '#testing';
import { newPayment, ServicesUnderTest } from '../../test-support/service-parts.js';
import { makeCall } from './make-call.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const MAIL = { idempotency: { header: 'Idempotency-Key' } };
const FLAT = { price: { kind: 'flat', amount: '0.03' } };
const BUSY: ProviderReply = { status: 429, headers: { 'retry-after': '1' } };
const HANGUP: ProviderReply = { hangup: 'before' };

/** What comes of a call whose provider replies so, the last of them for ever. */
async function made(fields: object, replies: ProviderReply[], patience_ms = 10_000, is_asked_before = false) {
  test.reply = (count) => replies[Math.min(count, replies.length) - 1]!;
  const definition: ServiceDefinition = test.definition('x', { retries: 2, ...fields });
  const quote = quoteCall(definition, { text: 'hello' });
  if (!quote.ok) throw new Error(quote.code);
  const service = { definition, source: 'organization' as const, mode: 'live' as const };
  const patience_until = Date.now() + patience_ms;
  const outcome = await makeCall(test.parts, {
    service,
    call: quote.call,
    payment_id: newPayment(),
    patience_until,
    is_asked_before,
  });
  return { outcome, asked: test.provider.requests.length };
}

describe('A service that is called', () => {
  it('B1: and answers is asked once, and costs what it says', async () => {
    const { outcome, asked } = await made({}, [{}]);
    expect(asked).toBe(1);
    expect(outcome).toMatchObject({ kind: 'paid', units: 20_000n, body: { answer: '42' } });
  });

  it('C3: and says nothing is not asked again without a key', async () => {
    for (const reply of [HANGUP, { hangup: 'within' }, { body: '{"answer":1}' }] as ProviderReply[]) {
      await test.forget();
      const { outcome, asked } = await made({}, [reply, {}]);
      expect([outcome.kind, asked]).toEqual(['unknown', 1]);
    }
  });

  it('C1: and says nothing is asked again where it knows keys, under the same one', async () => {
    const { outcome, asked } = await made(MAIL, [HANGUP, HANGUP, {}]);
    expect([outcome.kind, asked]).toEqual(['paid', 3]);
    expect(new Set(test.provider.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each<[string, ProviderReply]>([
    ['is busy', BUSY],
    ['fails', { status: 500 }],
    ['takes its key no more', { status: 401 }],
    ['is at it still', { status: 409 }],
  ])(
    'C3: and says nothing, and then %s, may have done what it was asked: that is never "nothing was spent"',
    async (_what, reply) => {
      const { outcome } = await made(MAIL, [HANGUP, reply]);
      expect(outcome).toMatchObject({ kind: 'unknown', may_be_told: true });
    },
  );

  it('C3: and was asked before by a process that is gone, then refuses the account, may have done it', async () => {
    expect((await made(MAIL, [{ status: 401 }], 0, true)).outcome).toMatchObject({ kind: 'unknown' });
    await test.forget();
    expect((await made(MAIL, [{ status: 422 }], 0, true)).outcome).toMatchObject({ kind: 'failed' });
  });

  it('B3: and is busy is asked again as late as it says, and never by another key', async () => {
    const { outcome, asked } = await made({}, [BUSY, {}]);
    expect([outcome.kind, asked]).toEqual(['paid', 2]);
    const [first, second] = test.provider.requests;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990);
  });

  it('B3: and is busy for longer than its caller waits is not asked again', async () => {
    const { outcome, asked } = await made({}, [BUSY, {}], 1_200);
    expect([outcome, asked]).toMatchObject([{ kind: 'failed', code: 'service_busy', retry_after_ms: 1_000 }, 1]);
  });

  it('B3: and is busy again and again is asked as often as its definition says', async () => {
    const reply = { status: 503, headers: { 'retry-after': '0' } };
    const { outcome, asked } = await made({}, [reply]);
    expect([outcome, asked]).toMatchObject([{ kind: 'failed', code: 'service_busy' }, 3]);
  });

  it.each([400, 401, 404, 409, 422, 500, 502, 503, 504])(
    'B1: and refuses with %d is not asked again, nor paid',
    async (status) => {
      const { outcome, asked } = await made(MAIL, [{ status, body: '{"error":"no"}' }, {}]);
      const upstream = { status, body: { error: 'no' } };
      expect([outcome, asked]).toMatchObject([{ kind: 'failed', code: 'upstream_refused', upstream }, 1]);
    },
  );

  it('C3: and cannot be reached is asked again, and was never asked', async () => {
    const definition = test.definition('x', { retries: 1, call: { method: 'POST', url: 'http://127.0.0.1:9/' } });
    const quote = quoteCall(definition, { text: 'hello' });
    if (!quote.ok) throw new Error(quote.code);
    const call = { service: { definition, source: 'organization' as const, mode: 'live' as const }, call: quote.call };
    const outcome = await makeCall(test.parts, { ...call, payment_id: newPayment(), patience_until: Date.now() });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'upstream_unavailable' });
  });

  it.each<[string, ProviderReply]>([
    ['no JSON', { body: 'garbage' }],
    ['nothing', { body: '' }],
    ['no UTF-8', { body: Buffer.from([255]) }],
    ['too much', { body: Buffer.alloc(5_000_000, 'x') }],
  ])(
    'A9: and answers %s costs nothing where its price was known before, and is unknown where only it tells',
    async (_what, reply) => {
      expect((await made(FLAT, [reply])).outcome).toMatchObject({ kind: 'failed', code: 'upstream_refused' });
      await test.forget();
      expect((await made({}, [reply])).outcome).toMatchObject({ kind: 'unknown' });
    },
  );
});
