import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { goodCalls, serviceNames } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';
import { providers } from './providers/index.js';
import { TRIGGER_NAMES } from './triggers/read-triggers.js';

let sandbox: SandboxUnderTest;
beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
afterAll(() => sandbox.stop());

describe('A trigger in the text of a request', () => {
  it.each(serviceNames)('makes %s fail in the provider’s own shape', async (service) => {
    const { status, headers, json } = await sandbox.ask(service, 'please sandbox:status=429,retry_after=1 now');
    expect([status, headers.get('retry-after')]).toEqual([429, '1']);
    expect(json).toEqual(expect.any(Object));
    expect(await sandbox.ask(service, 'sandbox:status=500')).toMatchObject({ status: 500, json: expect.any(Object) });
  });

  it('stands in an address as it is, or percent-encoded', async () => {
    const plain = '/r.jina.ai/https://example.com/?sandbox:status=503';
    expect(await sandbox.call('jina', { path: plain })).toMatchObject({ status: 503 });
    const body = JSON.stringify({ url: 'https://example.com/sandbox%3Astatus%3D503' });
    expect(await sandbox.call('firecrawl', { body })).toMatchObject({ status: 503 });
  });

  it('delays an answer', async () => {
    const begin = performance.now();
    await sandbox.ask('tavily', 'sandbox:delay_ms=300');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(295);
  });

  it.each(['sandbox:hangup', 'sandbox:cut'])('closes the connection: %s', async (trigger) => {
    await expect(sandbox.ask('resend', `${trigger} one`)).rejects.toThrow(/fetch failed|terminated/);
    expect(await sandbox.calls(`${trigger} one`)).toHaveLength(1);
  });

  it('answers garbage, nothing, or as many bytes as it says', async () => {
    const garbage = await sandbox.ask('tavily', 'sandbox:garbage');
    expect([garbage.status, garbage.json]).toEqual([200, undefined]);
    expect(garbage.headers.get('content-type')).toBe('application/json');
    expect(await sandbox.ask('tavily', 'sandbox:empty')).toMatchObject({ status: 200, text: '' });
    const large = await sandbox.ask('tavily', 'sandbox:bytes=1000000');
    expect(Buffer.byteLength(large.text)).toBe(1_000_000);
    expect(large.json).toMatchObject({ request_id: expect.any(String) });
  });

  it.each([
    ['perplexity', 'usage'],
    ['tavily', 'usage'],
    ['openai-image', 'usage'],
    ['openai-chat', 'usage'],
    ['firecrawl', 'creditsUsed'],
    ['jina', 'usage'],
    ['twilio', 'num_segments'],
  ])('leaves out what %s reports of %s', async (service, field) => {
    const { status, text } = await sandbox.ask(service, 'sandbox:no_price');
    expect(status).toBeLessThan(300);
    expect(text).not.toContain(field);
    expect((await sandbox.ask(service, 'with it')).text).toContain(field);
  });

  it('puts other figures in the place of cost and usage', async () => {
    expect(await sandbox.ask('perplexity', 'sandbox:reported_cost=0.5')).toMatchObject({
      json: { usage: { cost: { total_cost: 0.5 } } },
    });
    expect(await sandbox.ask('tavily', 'sandbox:usage=400')).toMatchObject({ json: { usage: { credits: 400 } } });
    const negative = (await sandbox.ask('perplexity', 'sandbox:negative_price')).json;
    expect((negative as { usage: { cost: { total_cost: number } } }).usage.cost.total_cost).toBeLessThan(0);
    expect(await sandbox.ask('tavily', 'sandbox:negative_price')).toMatchObject({ json: { usage: { credits: -1 } } });
  });

  it('makes an answer as long as it says', async () => {
    const { json } = await sandbox.ask('openai-chat', 'sandbox:words=2000');
    const [{ message }] = (json as { choices: [{ message: { content: string } }] }).choices;
    expect(message.content.split(' ')).toHaveLength(2_000);
  });

  it('fails so many times for each text, then works', async () => {
    const statuses = async (text: string, count: number) => {
      const seen: number[] = [];
      for (let time = 0; time < count; time += 1) seen.push((await sandbox.ask('tavily', text)).status);
      return seen;
    };
    expect(await statuses('one sandbox:fail_times=2,status=503', 4)).toEqual([503, 503, 200, 200]);
    expect(await statuses('two sandbox:fail_times=2,status=503', 3)).toEqual([503, 503, 200]);
    expect(await statuses('sandbox:fail_times=1', 2)).toEqual([500, 200]);
  });

  it('that does not exist, or cannot be read, is refused and not passed over', async () => {
    const wrong = await sandbox.ask('tavily', 'sandbox:statsu=429 sandbox:delay_ms=soon');
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('sandbox:statsu is none of status,');
    expect(wrong.text).toContain('sandbox:delay_ms must be a whole number');
    expect(await sandbox.ask('tavily', 'my sandbox: status=429 is a sandbox')).toMatchObject({ status: 200 });
  });

  it('does nothing to a call that the provider would refuse', async () => {
    const { 'content-type': type = '' } = goodCalls('tavily').headers;
    const headers = { 'content-type': type };
    expect(await sandbox.ask('tavily', 'sandbox:status=503', { headers })).toMatchObject({ status: 401 });
  });
});

describe('docs/sandbox.md', () => {
  const page = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');

  it('names every trigger and no other', () => {
    const named = [...page.matchAll(/^\| `sandbox:([a-z_]+)/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(TRIGGER_NAMES.filter((name) => name !== 'retry_after')));
    expect(named.filter((name) => !TRIGGER_NAMES.includes(name!))).toEqual([]);
  });

  it('names every provider and where it is called', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \s*\| `(GET|POST) \/([^/]+)/gm)].map(([, ...parts]) => parts);
    expect(rows).toEqual(providers.map(({ name, method, host }) => [name, method, host]));
  });
});
