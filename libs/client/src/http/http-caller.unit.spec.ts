import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { problemOfDecline } from '#contracts';
import { json, problemBody, ScriptedBursar, type Step } from '../../test-support/scripted-bursar.js';
import { BursarError, DeclinedError, RefusedError, UnavailableError, UnexpectedAnswerError } from '../index.js';

let server: Server | undefined;
let bursar: ScriptedBursar | undefined;
afterEach(() => bursar?.close());

async function serve(...steps: Step[]) {
  bursar = await ScriptedBursar.start(...steps);
  server = bursar.server;
  return { url: bursar.url, seen: bursar.seen, client: bursar.client() };
}

const decline = problemOfDecline({
  code: 'session_budget_exceeded',
  scope: { kind: 'session', id: 'ses_1' },
  asset: 'USD',
  limit: '1000000',
  spent: '900000',
  held: '0',
  requested: '200000',
  remaining: '100000',
});
const unavailable = json(503, { ...problemBody('book_unavailable', 503) });
const payment = { payment_id: 'pay_1', status: 'captured' };

describe('a call over HTTP', () => {
  it('C1: is retried with the same key after 503, 429, a lost connection and silence', async () => {
    const { client, seen } = await serve(
      unavailable,
      (response) => void response.socket?.destroy(),
      json(429, problemBody('rate_limited', 429)),
      () => undefined,
      json(201, payment),
    );
    expect(await client.payments.pay({ payee: 'seller', amount: '0.05' })).toEqual(payment);
    expect(seen).toHaveLength(5);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/payments',
      authorization: 'Bearer secret',
      body: { payee: 'seller', amount: '0.05', capture: true },
    });
  });

  it('D6: takes another key for another call, and the key it is given', async () => {
    const { client, seen } = await serve(json(201, payment));
    await client.payments.pay({ payee: 'seller', amount: 1 });
    await client.payments.pay({ payee: 'seller', amount: 1 });
    await client.payments.pay({ payee: 'seller', amount: 1 }, { idempotency_key: 'mine' });
    await client.payments.pay({ payee: 'seller', amount: 1, idempotency_key: 'in the body' });
    const keys = seen.map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
    expect(keys.slice(2)).toEqual(['mine', 'in the body']);
  });

  it('waits as Retry-After says', async () => {
    const { client, seen } = await serve(
      json(429, problemBody('rate_limited', 429), { 'retry-after': '1' }),
      json(200, { status: 'whole' }),
    );
    const begin = performance.now();
    await client.integrity();
    expect(performance.now() - begin).toBeGreaterThan(990);
    expect(seen).toHaveLength(2);
  });

  it('gives up at its deadline and names the key with which to ask again', async () => {
    const { client } = await serve(unavailable);
    const begin = performance.now();
    const failed = await client.payments
      .pay({ payee: 'seller', amount: 1 }, { deadline_ms: 300, idempotency_key: 'mine' })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UnavailableError);
    expect(failed).toMatchObject({ idempotency_key: 'mine', problem: { code: 'book_unavailable' } });
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  it('does not begin a wait that its deadline forbids', async () => {
    const { client, seen } = await serve(json(503, problemBody('not_owner', 503), { 'retry-after': '60' }));
    await expect(client.wallets.list({}, { deadline_ms: 5_000 })).rejects.toThrow(UnavailableError);
    expect(seen).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const { client } = await serve(unavailable);
    server!.closeAllConnections();
    await new Promise((resolve) => server!.close(resolve));
    await expect(client.integrity({ deadline_ms: 200 })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('ends at once by its signal', async () => {
    const { client, seen } = await serve(() => undefined);
    const abort = new AbortController();
    const call = client.integrity({ signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(call).rejects.toThrow('enough');
    expect(seen).toHaveLength(1);
  });

  it('never retries a decline: it throws it with its figures, or returns it where that is asked for', async () => {
    const { client, seen } = await serve(json(402, { ...decline, payment_id: 'pay_9', position: '26:7' }));
    const error = await client.payments.pay({ payee: 'seller', amount: '0.2' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeclinedError);
    expect(error).toMatchObject({
      status: 402,
      code: 'session_budget_exceeded',
      scope: { kind: 'session', id: 'ses_1' },
      limit: '1',
      spent: '0.9',
      requested: '0.2',
      remaining: '0.1',
      payment_id: 'pay_9',
      retryable: false,
    });
    const value = await client.payments.pay({ payee: 'seller', amount: '0.2' }, { declines: 'return' });
    expect(value).toMatchObject({
      status: 'declined',
      payment_id: 'pay_9',
      decline: { code: 'session_budget_exceeded' },
    });
    expect(seen).toHaveLength(2);
  });

  it('throws what is no decline also where declines are returned', async () => {
    const { client } = await serve(json(401, problemBody('credential_invalid', 401)));
    const call = client.payments.pay({ payee: 'seller', amount: 1 }, { declines: 'return' });
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).not.toBeInstanceOf(DeclinedError);
  });

  it('tells another server from Bursar', async () => {
    const { client } = await serve((response) => void response.writeHead(404).end('<html>nothing here</html>'));
    await expect(client.agents.get('researcher')).rejects.toThrow(UnexpectedAnswerError);
  });

  it('sends no key with a patch, which may be repeated without one', async () => {
    const { client, seen } = await serve(unavailable, json(200, { agent_id: 'agt_1' }));
    await client.agents.patch('@researcher', { daily_cap: null });
    expect(seen.map(({ method, url, key, body }) => ({ method, url, key, body }))).toEqual(
      [1, 2].map(() => ({
        method: 'PATCH',
        url: '/v1/agents/%40researcher',
        key: undefined,
        body: { daily_cap: null },
      })),
    );
  });

  it('walks pages to the end, also past an empty one', async () => {
    const { client, seen } = await serve(
      json(200, { events: [{ position: '1:1' }], next_cursor: '1:5', position: '1:5' }),
      json(200, { events: [], next_cursor: '1:9', position: '1:9' }),
      json(200, { events: [{ position: '1:12' }], next_cursor: null, position: '1:12' }),
    );
    const positions: string[] = [];
    for await (const event of client.events.each({ limit: 100 })) positions.push(event.position);
    expect(positions).toEqual(['1:1', '1:12']);
    expect(seen.map(({ url }) => url)).toEqual([
      '/v1/events?limit=100',
      '/v1/events?limit=100&cursor=1%3A5',
      '/v1/events?limit=100&cursor=1%3A9',
    ]);
  });

  it('says what can be done after each kind of failure', async () => {
    const { client } = await serve(
      json(401, problemBody('credential_invalid', 401, { retryable: false, action: 'Use another.' })),
      // Longer than the deadline, so that it is not waited for.
      json(503, problemBody('book_unavailable', 503), { 'retry-after': '60' }),
      (response) => void response.writeHead(200).end('<html>'),
    );
    const failed = (key?: string, deadline_ms = 10_000) =>
      client.payments
        .pay({ payee: 'seller', amount: 1 }, { deadline_ms, idempotency_key: key, attempt_timeout_ms: 10_000 })
        .catch((error: unknown) => error);
    expect(await failed()).toMatchObject({ code: 'credential_invalid', retryable: false, action: 'Use another.' });
    const action = 'Send the call again later with the idempotency key mine: it takes effect once.';
    expect(await failed('mine')).toMatchObject({ code: 'book_unavailable', retryable: true, action });
    const strange = await failed();
    expect(strange).toMatchObject({ code: 'unexpected_answer', retryable: false });
    expect(strange).toBeInstanceOf(BursarError);
    bursar!.close();
    expect(await failed(undefined, 100)).toMatchObject({ code: 'no_answer', retryable: true });
  });

  it('reads health whatever its status', async () => {
    const { client, seen } = await serve(json(503, { status: 'unavailable', checks: { bus: 'no answer' } }));
    expect(await client.health()).toEqual({ status: 'unavailable', checks: { bus: 'no answer' } });
    expect(seen).toHaveLength(1);
  });
});
