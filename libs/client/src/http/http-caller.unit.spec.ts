import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { problemOfDecline } from '#contracts';
import { BursarClient, DeclinedError, RefusedError, UnavailableError, UnexpectedAnswerError } from '../index.js';

interface Seen {
  method: string;
  url: string;
  key: string | undefined;
  authorization: string | undefined;
  session: string | undefined;
  body: unknown;
}

type Step = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A real HTTP server that answers one step after the other, the last one for ever. */
async function serve(...steps: Step[]) {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        key: request.headers['idempotency-key'] as string | undefined,
        authorization: request.headers.authorization,
        session: request.headers['bursar-session'] as string | undefined,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      steps[Math.min(seen.length, steps.length) - 1]!(response, request);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, seen, client: new BursarClient({ url, token: 'secret', attempt_timeout_ms: 300 }) };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

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

function problemBody(code: string, status: number) {
  return {
    type: `urn:bursar:error:${code}`,
    title: code,
    status,
    detail: code,
    code,
    retryable: true,
    action: 'again',
  };
}

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

  it('reads health whatever its status', async () => {
    const { client, seen } = await serve(json(503, { status: 'unavailable', checks: { bus: 'no answer' } }));
    expect(await client.health()).toEqual({ status: 'unavailable', checks: { bus: 'no answer' } });
    expect(seen).toHaveLength(1);
  });
});
