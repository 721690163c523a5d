import { afterEach, describe, expect, it } from '@jest/globals';
import { json, problemBody, ScriptedBursar, type Step } from '../../test-support/scripted-bursar.js';
import { DeclinedError, RefusedError } from '../index.js';

let bursar: ScriptedBursar | undefined;
afterEach(() => bursar?.close());

async function serve(...steps: Step[]) {
  bursar = await ScriptedBursar.start(...steps);
  return { seen: bursar.seen, client: bursar.client() };
}

const paid = { receipt_id: 'rcpt_1', credits_spent: 0.03, receipt: null, sandbox: true };
const unavailable = json(503, problemBody('service_busy', 503));

describe('paid services', () => {
  it('C1: are called with one key over all retries, which is new for each call unless it is given', async () => {
    const { client, seen } = await serve(unavailable, json(200, { ...paid, answer: 'yes', sources: [] }));
    const call = { service: 'perplexity', max_credits: '0.10', payload: { query: 'why' } };
    const answer = await client.pay<{ answer: string }>(call);
    expect([answer.answer, answer.credits_spent, answer.sandbox]).toEqual(['yes', 0.03, true]);
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/pay', call],
      ['POST', '/v1/pay', call],
    ]);
    await client.pay(call);
    await client.pay({ ...call, idempotency_key: 'mine' });
    const keys = seen.map(({ key }) => key);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(keys[3]).toBe('mine');
  });

  it('have a call each for what is asked for most', async () => {
    const { client, seen } = await serve(
      json(200, { ...paid, result: 'found' }),
      json(200, { ...paid, message_id: 'm-1' }),
      json(200, { ...paid, url: 'https://images.example/1.png' }),
      json(200, { ...paid, message_id: 'm-2' }),
    );
    const search = await client.search({ query: 'heat pumps', agent_id: 'researcher' });
    const email = await client.email({ to: 'a@example.com', subject: 's', body: 'b' });
    const image = await client.image({ prompt: 'a cat', session_id: 'ses_1' });
    const sms = await client.sms({ to: '+4930123456', body: 'b', label: 'goal=1' });
    const said = [search.result, email.message_id, image.url, sms.message_id];
    expect(said).toEqual(['found', 'm-1', 'https://images.example/1.png', 'm-2']);
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/search', { query: 'heat pumps', agent_id: 'researcher' }],
      ['POST', '/v1/email/send', { to: 'a@example.com', subject: 's', body: 'b' }],
      ['POST', '/v1/image', { prompt: 'a cat', session_id: 'ses_1' }],
      ['POST', '/v1/sms', { to: '+4930123456', body: 'b', label: 'goal=1' }],
    ]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(4);
  });

  it('C3: are waited for longer than other calls, since another attempt would only ask the same again', async () => {
    const { client, seen } = await serve((response) => {
      setTimeout(() => void response.writeHead(200).end(JSON.stringify(paid)), 600);
    });
    expect(await client.pay({ service: 'slow', max_credits: 1, payload: {} })).toEqual(paid);
    expect(seen).toHaveLength(1);
  });

  it('B3: end by their signal and at their deadline', async () => {
    const { client } = await serve(() => undefined);
    const call = { service: 'slow', max_credits: 1, payload: {} };
    await expect(client.pay(call, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
    const late = client.pay(call, { deadline_ms: 100, idempotency_key: 'mine' });
    await expect(late).rejects.toMatchObject({ code: 'no_answer', idempotency_key: 'mine' });
  });

  it('are refused without a second attempt where the provider or the budget says no', async () => {
    const { client, seen } = await serve(
      json(502, problemBody('upstream_refused', 502, { retryable: false, upstream: { status: 400, body: 'no' } })),
      json(402, problemBody('budget_exceeded', 402, { retryable: false })),
    );
    const call = { service: 'tavily', max_credits: 0.01, payload: { query: 'q' } };
    const refused = await client.pay(call).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ status: 502, code: 'upstream_refused', problem: { upstream: { status: 400 } } });
    await expect(client.pay(call)).rejects.toBeInstanceOf(DeclinedError);
    expect(seen).toHaveLength(2);
  });

  it('stay retried after a 502 that is a proxy’s', async () => {
    const { client, seen } = await serve(
      (response) => void response.writeHead(502).end('<html>bad gateway'),
      json(200, paid),
    );
    await client.search({ query: 'q' });
    expect(seen).toHaveLength(2);
  });
});

describe('the catalogue', () => {
  it('is listed, and an org’s definitions and secrets are set and taken away', async () => {
    const { client, seen } = await serve(json(200, { services: [] }));
    await client.services.list();
    await client.services.get('a/b');
    await client.services.define('own', { title: 'Own' });
    await client.services.setSecret('own', 'sk-1');
    await client.services.removeSecret('own');
    await client.services.remove('own');
    expect(seen.map(({ method, url, body, key }) => [method, url, body, key === undefined])).toEqual([
      ['GET', '/v1/services', undefined, true],
      ['GET', '/v1/services/a%2Fb', undefined, true],
      ['PUT', '/v1/services/own', { title: 'Own' }, false],
      ['PUT', '/v1/services/own/secret', { secret: 'sk-1' }, false],
      ['DELETE', '/v1/services/own/secret', undefined, false],
      ['DELETE', '/v1/services/own', undefined, false],
    ]);
  });
});
