import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import { ownText, PaidServices } from '../support/paid-services.js';

let world: EndToEnd;
let client: BursarClient;
let services: PaidServices;

beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => {
  const org = await world.organizations.open();
  client = org.client;
  await client.agents.create({ handle: 'default' });
  services = new PaidServices(world, org.token);
});
afterAll(() => world?.end());

function chat(content: string, fields: object = {}) {
  const messages = [{ role: 'user', content }];
  return { service: 'openai-chat', payload: { model: 'gpt-4o', messages, stream: true, max_tokens: 200, ...fields } };
}

/** A chat that keeps to no bound: a thousand tokens at 0.00001 are held for it. */
async function defineTalkative(): Promise<void> {
  const term = { unit: { of: 'answer', path: 'usage.completion_tokens' }, price: '0.00001', streamed: true };
  const definition = {
    name: 'talkative',
    title: 'Talkative',
    category: 'chat',
    call: {
      method: 'POST',
      url: `${world.instance.sandboxUrl}/api.openai.com/v1/chat/completions`,
      headers: { authorization: 'Bearer sk-any' },
      body: { json: { model: 'gpt-4o', messages: '{payload.messages}' } },
    },
    payload: { messages: { type: 'array', required: true }, stream: { type: 'boolean' } },
    price: { kind: 'per_unit', terms: [{ ...term, at_most_units: 1_000 }] },
    timeout_seconds: 20,
    retries: 0,
    stream: { field: 'stream', body: { stream: true }, timeout_seconds: 60 },
    max_credits_recommended: '0.01',
  };
  const { status, text } = await world.call('PUT', '/v1/services/talkative', {
    token: services.token,
    body: definition,
  });
  if (status !== 200) throw new Error(text);
}

/** The data of each event, and the last one's: the receipt. */
function eventsOf(text: string) {
  const [events, receipt] = text.split('event: bursar.receipt\ndata: ') as [string, string | undefined];
  const data = [...events.matchAll(/^data: (.*)$/gm)].map(([, one]) => one!);
  return { data, receipt: JSON.parse(receipt ?? '{}') as Record<string, unknown> };
}

describe('An answer that comes as events', () => {
  it('B1: is passed on as it comes, and paid at what the service reports at its end', async () => {
    const body = chat(ownText('sandbox:chunk_ms=20'));
    const answer = await fetch(`${world.instance.url}/v1/pay`, {
      method: 'POST',
      headers: { authorization: `Bearer ${services.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const parts: string[] = [];
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) parts.push(part);
    expect(parts.length).toBeGreaterThan(3);
    const { data, receipt } = eventsOf(parts.join(''));
    expect(data.at(-1)).toBe('[DONE]');
    expect(receipt).toMatchObject({
      sandbox: true,
      credits_spent: expect.any(Number),
      receipt: { status: 'captured' },
    });
    const usage = data.flatMap((one) => (one.includes('"usage":{') ? [JSON.parse(one) as Usage] : [])).at(-1)!;
    const { prompt_tokens, completion_tokens } = usage.usage;
    // A part of the smallest unit counts as one.
    const units = Math.ceil(prompt_tokens * 2.5 + completion_tokens * 10);
    expect(Math.round(Number(receipt['credits_spent']) * 1e6)).toBe(units);
    expect(await client.agents.spend('default')).toMatchObject({ held_usd: 0, spent_usd: receipt['credits_spent'] });
  });

  it('C1: is the same again by the same key, and the service is not called again', async () => {
    const content = ownText();
    const first = await services.pay(chat(content), 'stream');
    const again = await services.pay(chat(content), 'stream');
    expect(again.text).toBe(first.text);
    expect(await services.asked(content)).toBe(1);
  });

  it('A1: is stopped where going on could pass what is held, and never costs more', async () => {
    await defineTalkative();
    const messages = [{ role: 'user', content: ownText('sandbox:words=20000') }];
    const answer = await services.pay({ service: 'talkative', payload: { messages, stream: true } });
    const { data, receipt } = eventsOf(answer.text);
    expect(JSON.parse(data.at(-1)!)).toMatchObject({ error: { code: 'budget_exceeded' } });
    expect(data.length).toBeLessThan(1_000);
    expect(receipt['receipt']).toMatchObject({ status: 'captured', amount: '0.01', amount_held: '0' });
    expect(Number(receipt['credits_spent'])).toBeLessThanOrEqual(0.01);
    expect(await client.agents.spend('default')).toMatchObject({ held_usd: 0, spent_usd: receipt['credits_spent'] });
  });

  it('B3: that breaks off is paid for at most what has come of it', async () => {
    const { data, receipt } = eventsOf((await services.pay(chat(ownText('sandbox:cut')))).text);
    expect(JSON.parse(data.at(-1)!)).toMatchObject({ error: { code: 'upstream_broke_off' } });
    expect(receipt).toMatchObject({ receipt: { status: 'captured' } });
    expect(await client.agents.spend('default')).toMatchObject({ held_usd: 0 });
  });

  it('B3: whose reader goes away is followed to its end, paid, and there by the same key', async () => {
    const content = ownText('sandbox:chunk_ms=30');
    const leaving = new AbortController();
    const answer = await fetch(`${world.instance.url}/v1/pay`, {
      method: 'POST',
      signal: leaving.signal,
      headers: {
        authorization: `Bearer ${services.token}`,
        'content-type': 'application/json',
        'idempotency-key': 'gone',
      },
      body: JSON.stringify(chat(content)),
    });
    await answer.body!.getReader().read();
    leaving.abort();
    const { receipt } = eventsOf((await services.pay(chat(content), 'gone')).text);
    expect(receipt).toMatchObject({ receipt: { status: 'captured' } });
    expect(await client.agents.spend('default')).toMatchObject({ held_usd: 0 });
    expect(await services.asked(content)).toBe(1);
  });

  it('C1: is the same of a call that had to wait for an approval', async () => {
    await client.agents.create({ handle: 'careful', approval_above: { amount: '0.000001' } });
    const call = { ...chat(ownText()), agent_id: 'careful' };
    expect((await services.pay(call, 'waits')).status).toBe(202);
    const { approvals } = await client.approvals.list({});
    await client.approvals.approve(approvals[0]!.approval_id);
    const answer = await services.pay(call, 'waits');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('data: ');
    const { data, receipt } = eventsOf(answer.text);
    expect(data).toContain('[DONE]');
    expect(receipt).toMatchObject({ receipt: { status: 'captured' } });
    expect((await services.pay(call, 'waits')).text).toBe(answer.text);
    expect(await client.agents.spend('careful')).toMatchObject({ held_usd: 0, spent_usd: receipt['credits_spent'] });
  });

  it('B1: that the service refuses before its first event is a problem, and costs nothing', async () => {
    const { status, json } = await services.pay(chat(ownText('sandbox:status=400')));
    expect([status, json['code']]).toEqual([502, 'upstream_refused']);
    expect(await client.agents.spend('default')).toMatchObject({ held_usd: 0, spent_usd: 0 });
  });
});

interface Usage {
  usage: { prompt_tokens: number; completion_tokens: number };
}
