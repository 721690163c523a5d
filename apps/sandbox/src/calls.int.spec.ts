import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyWith, goodCalls, serviceNames } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';

let sandbox: SandboxUnderTest;
beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
afterAll(() => sandbox.stop());

/** With this idempotency key. */
function keyed(service: string, key: string, body = goodCalls(service).body) {
  return sandbox.call(service, { headers: { ...goodCalls(service).headers, 'idempotency-key': key }, body });
}

describe('The calls that the sandbox was asked', () => {
  it.each(serviceNames)('hold what %s was asked, and no credential', async (service) => {
    const question = `recorded ${service}`;
    await sandbox.ask(service, question);
    const text = service === 'twilio' ? 'recorded+twilio' : question;
    const [call, ...others] = await sandbox.calls(text);
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      service,
      method: goodCalls(service).method,
      repeated: false,
      status: expect.any(Number),
    });
    expect(JSON.stringify(call)).not.toMatch(/a-key-of-any-value|token/);
  });

  it('hold no key that stands in the query', async () => {
    await sandbox.call('newsapi', { path: '/newsapi.org/v2/everything?q=keyless&apiKey=very-secret', headers: {} });
    const [call] = await sandbox.calls('keyless');
    expect(call).toMatchObject({ query: { q: 'keyless' }, status: 200 });
    expect(JSON.stringify(call)).not.toContain('very-secret');
  });

  it('come newest first, refused ones among them, and are forgotten when asked to', async () => {
    const other = await SandboxUnderTest.start();
    await other.ask('tavily', 'first');
    await other.call('tavily', { body: '{}' });
    expect((await other.calls('')).map(({ number, status }) => [number, status])).toEqual([
      [2, 400],
      [1, 200],
    ]);
    await other.send('DELETE', '/sandbox/calls');
    expect(await other.calls('')).toEqual([]);
    await other.stop();
  });

  it('H1: are a thousand at most', async () => {
    const other = await SandboxUnderTest.start();
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 101 }, () => other.ask('tavily', 'many')));
    }
    const calls = await other.calls('');
    expect([calls.length, calls[0]!['number'], calls.at(-1)!['number']]).toEqual([1_000, 1_010, 11]);
    await other.stop();
  });
});

describe('An idempotency key', () => {
  it.each(['resend', 'openai-image', 'openai-chat'])(
    'C1: of %s gives the same answer and does nothing twice',
    async (service) => {
      const first = await keyed(service, `once-${service}`);
      const second = await keyed(service, `once-${service}`);
      expect(second.text).toBe(first.text);
      const calls = await sandbox.calls('');
      const mine = calls.filter(({ idempotency_key }) => idempotency_key === `once-${service}`);
      expect(mine.map(({ repeated }) => repeated)).toEqual([true, false]);
    },
  );

  it.each([
    ['resend', 409, { name: 'invalid_idempotent_request' }],
    ['openai-chat', 400, { error: { code: 'idempotency_key_conflict' } }],
  ])('C2: of %s with another request is a conflict', async (service, status, json) => {
    await keyed(service, `other-${service}`);
    const changed = bodyWith(service, { other: true });
    expect(await keyed(service, `other-${service}`, changed)).toMatchObject({ status, json });
  });

  it('C3: of a call whose answer was lost gives that answer when it is asked again', async () => {
    const body = bodyWith('resend', { text: 'lost sandbox:hangup,fail_times=1' });
    await expect(keyed('resend', 'lost', body)).rejects.toThrow();
    expect(await keyed('resend', 'lost', body)).toMatchObject({ status: 200 });
    const calls = await sandbox.calls('lost sandbox:hangup');
    expect(calls.map(({ status, repeated }) => [status, repeated])).toEqual([
      [200, true],
      [null, false],
    ]);
  });

  it('of a call that failed lets it be tried again', async () => {
    const body = bodyWith('resend', { text: 'sandbox:fail_times=1,status=503' });
    expect(await keyed('resend', 'failed', body)).toMatchObject({ status: 503 });
    expect(await keyed('resend', 'failed', body)).toMatchObject({ status: 200 });
  });

  it('is refused by resend where it is too long', async () => {
    expect(await keyed('resend', 'k'.repeat(257))).toMatchObject({
      status: 400,
      json: { name: 'invalid_idempotency_key' },
    });
  });
});
