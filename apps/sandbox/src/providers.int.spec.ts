import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyWith, goodCalls, serviceNames } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';

let sandbox: SandboxUnderTest;
beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
afterAll(() => sandbox.stop());

const text = expect.stringMatching(/.../);
const number = expect.any(Number);

/** What stands in each provider's documentation of a good answer. */
const shapes: Readonly<Record<string, { status: number; shape: unknown }>> = {
  perplexity: {
    status: 200,
    shape: {
      id: text,
      model: 'sonar',
      object: 'chat.completion',
      created: number,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
      citations: [text, text, text, text],
      search_results: expect.arrayContaining([
        { title: text, url: text, date: text, last_updated: text, snippet: text, source: 'web' },
      ]),
      usage: {
        prompt_tokens: number,
        completion_tokens: number,
        total_tokens: number,
        search_context_size: 'low',
        cost: { input_tokens_cost: number, output_tokens_cost: number, request_cost: number, total_cost: number },
      },
    },
  },
  tavily: {
    status: 200,
    shape: {
      query: 'heat pumps in old houses',
      answer: null,
      images: [],
      results: expect.arrayContaining([{ url: text, title: text, content: text, score: number, raw_content: null }]),
      response_time: number,
      usage: { credits: 1 },
      request_id: text,
    },
  },
  firecrawl: {
    status: 200,
    shape: {
      success: true,
      data: {
        markdown: text,
        metadata: {
          sourceURL: 'https://example.com/page?note=heat%20pumps%20in%20old%20houses',
          statusCode: 200,
          creditsUsed: number,
        },
      },
    },
  },
  jina: {
    status: 200,
    shape: {
      code: 200,
      status: 20000,
      data: {
        title: text,
        url: 'https://example.com/page?note=heat%20pumps%20in%20old%20houses',
        content: text,
        usage: { tokens: number },
      },
    },
  },
  newsapi: {
    status: 200,
    shape: {
      status: 'ok',
      totalResults: number,
      articles: expect.arrayContaining([
        {
          source: { id: null, name: text },
          author: text,
          title: text,
          description: text,
          url: text,
          urlToImage: null,
          publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          content: text,
        },
      ]),
    },
  },
  resend: { status: 200, shape: { id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) } },
  sendgrid: { status: 202, shape: undefined },
  twilio: {
    status: 201,
    shape: {
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      account_sid: 'AC0123456789abcdef0123456789abcdef',
      body: 'heat pumps in old houses',
      to: '+15558675310',
      from: '+15017122661',
      status: 'queued',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      error_code: null,
    },
  },
  'openai-image': {
    status: 200,
    shape: {
      created: number,
      data: [{ b64_json: expect.stringMatching(/^iVBORw0KGgo/) }],
      usage: { input_tokens: number, output_tokens: 272, total_tokens: number },
    },
  },
  'openai-chat': {
    status: 200,
    shape: {
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, finish_reason: 'stop' }],
      usage: { prompt_tokens: number, completion_tokens: number, total_tokens: number },
    },
  },
};

describe('Each provider of the sandbox', () => {
  it.each(serviceNames)('answers %s in the shape that the provider documents, and marks it', async (service) => {
    const { status, json, headers } = await sandbox.call(service);
    expect({ status, json }).toMatchObject({ status: shapes[service]!.status, json: shapes[service]!.shape as object });
    expect(headers.get('bursar-sandbox')).toBe('true');
    if (service === 'sendgrid') expect(headers.get('x-message-id')).toMatch(/^[0-9a-f]{22}$/);
  });

  it.each(serviceNames)('answers the same question of %s the same, and another one otherwise', async (service) => {
    const whole = async (question: string) => {
      const { text: body, headers } = await sandbox.ask(service, question);
      return `${body}${headers.get('x-message-id') ?? ''}`;
    };
    const first = await whole('one question');
    expect(await whole('one question')).toBe(first);
    expect(await whole('another question')).not.toBe(first);
  });

  it.each([
    ['perplexity', 401, { error: { type: 'unauthorized', code: 401 } }],
    ['tavily', 401, { detail: { error: expect.stringContaining('Unauthorized') } }],
    ['firecrawl', 401, { success: false, error: 'Unauthorized: Token missing' }],
    ['newsapi', 401, { status: 'error', code: 'apiKeyMissing' }],
    ['resend', 401, { statusCode: 401, name: 'missing_api_key', message: 'Missing API Key' }],
    ['sendgrid', 401, { errors: [{ field: null, help: null }] }],
    ['twilio', 401, { code: 20003, status: 401 }],
    ['openai-image', 401, { error: { type: 'invalid_request_error' } }],
    ['openai-chat', 401, { error: { type: 'invalid_request_error' } }],
  ])('refuses %s without a credential in the provider’s own words', async (service, status, shape) => {
    const { headers } = goodCalls(service);
    const { authorization: _bearer, 'x-api-key': _key, ...without } = headers;
    expect(await sandbox.call(service, { headers: without })).toMatchObject({ status, json: shape });
  });

  it.each(serviceNames.filter((name) => name !== 'newsapi'))(
    'refuses %s with a credential of another form',
    async (service) => {
      const headers = { ...goodCalls(service).headers, authorization: 'Token abc' };
      expect(await sandbox.call(service, { headers })).toMatchObject({ status: 401 });
    },
  );

  it('reads without a key, as Jina does, and in plain text where no JSON is asked for', async () => {
    const { status, text: body, headers } = await sandbox.call('jina', { headers: {} });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(body).toMatch(
      /^Title: Page\n\nURL Source: https:\/\/example\.com\/page\?note=[^]*Markdown Content:\n# Page/,
    );
  });

  it('reads a page for Jina whose address is percent-encoded as it reads one that is not', async () => {
    const url = 'https://example.com/a%20guide?x=1&y=2';
    const path = `/r.jina.ai/${encodeURIComponent(url)}`;
    expect(await sandbox.call('jina', { path })).toMatchObject({ json: { data: { url } } });
    expect(await sandbox.call('jina', { path: `/r.jina.ai/${url}` })).toMatchObject({ json: { data: { url } } });
  });

  it.each([
    ['perplexity', { model: undefined }, 400, { error: { message: expect.stringContaining('model') } }],
    ['perplexity', { messages: undefined }, 400, { error: { message: expect.stringContaining('messages') } }],
    ['perplexity', { messages: [{ content: 'x' }] }, 400, { error: { message: expect.stringContaining('role') } }],
    ['tavily', { query: '' }, 400, { detail: { error: 'Query is missing.' } }],
    ['tavily', { search_depth: 'deep' }, 400, { detail: { error: expect.stringContaining('search depth') } }],
    ['tavily', { topic: 'sport' }, 400, { detail: { error: expect.stringContaining('topic') } }],
    ['tavily', { max_results: 21 }, 400, { detail: { error: expect.stringContaining('max results') } }],
    ['firecrawl', { url: undefined }, 400, { success: false, details: [{ path: ['url'], message: 'Required' }] }],
    [
      'firecrawl',
      { url: 'example.com' },
      400,
      { success: false, details: [{ path: ['url'], message: 'Invalid URL' }] },
    ],
    ['resend', { to: undefined }, 422, { name: 'missing_required_field', message: 'Missing `to` field.' }],
    ['resend', { from: undefined }, 422, { name: 'missing_required_field', message: 'Missing `from` field.' }],
    ['resend', { subject: undefined }, 422, { name: 'missing_required_field' }],
    ['resend', { text: undefined }, 422, { name: 'missing_required_field' }],
    ['resend', { to: ['nobody'] }, 422, { name: 'validation_error', message: expect.stringContaining('`to`') }],
    ['sendgrid', { personalizations: [] }, 400, { errors: [{ field: 'personalizations' }] }],
    [
      'sendgrid',
      { personalizations: [{ to: [{ email: 'nobody' }] }] },
      400,
      { errors: [{ field: 'personalizations.0.to.0.email' }] },
    ],
    ['sendgrid', { from: undefined }, 400, { errors: [{ field: 'from.email' }] }],
    ['sendgrid', { subject: undefined }, 400, { errors: [{ field: 'subject' }] }],
    ['sendgrid', { content: [{ type: 'text/plain', value: '' }] }, 400, { errors: [{ field: 'content.0.value' }] }],
    ['openai-image', { prompt: undefined }, 400, { error: { param: 'prompt', code: 'missing_required_parameter' } }],
    ['openai-image', { n: 11 }, 400, { error: { param: 'n', code: 'invalid_value' } }],
    ['openai-image', { response_format: 'url' }, 400, { error: { param: 'response_format' } }],
    ['openai-chat', { model: undefined }, 400, { error: { message: expect.stringContaining('model') } }],
    ['openai-chat', { messages: [] }, 400, { error: { param: 'messages' } }],
    ['openai-chat', { max_tokens: 0 }, 400, { error: { param: 'max_tokens' } }],
  ])('refuses %s with %j as the provider does', async (service, changes, status, shape) => {
    expect(await sandbox.call(service, { body: bodyWith(service, changes) })).toMatchObject({ status, json: shape });
  });

  it.each([
    [{ To: undefined }, 21604],
    [{ To: '5558675310' }, 21211],
    [{ From: undefined }, 21603],
    [{ Body: undefined }, 21602],
    [{ Body: 'x'.repeat(1601) }, 21617],
  ])('refuses twilio with %j by its number', async (changes, code) => {
    const fields = { To: '+15558675310', From: '+15017122661', Body: 'hello', ...changes };
    const body = new URLSearchParams(
      Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect(await sandbox.call('twilio', { body: body.toString() })).toMatchObject({
      status: 400,
      json: { code, status: 400 },
    });
  });

  it('counts the messages that a text is sent as', async () => {
    const segments = async (Body: string) =>
      ((await sandbox.ask('twilio', Body)).json as { num_segments: string }).num_segments;
    expect(await segments('x'.repeat(160))).toBe('1');
    expect(await segments('x'.repeat(161))).toBe('2');
    expect(await segments('ж'.repeat(71))).toBe('2');
  });

  it('refuses what newsapi refuses', async () => {
    const bad = (path: string) => sandbox.call('newsapi', { path });
    expect(await bad('/newsapi.org/v2/everything')).toMatchObject({ status: 400, json: { code: 'parametersMissing' } });
    expect(await bad('/newsapi.org/v2/everything?q=x&pageSize=101')).toMatchObject({
      json: { code: 'parameterInvalid' },
    });
  });

  it('answers an image by a link that shows it, where the model does so', async () => {
    const body = bodyWith('openai-image', { model: 'dall-e-3', quality: undefined });
    const { json } = await sandbox.call('openai-image', { body });
    const [{ url }] = (json as { data: [{ url: string }] }).data;
    const image = await fetch(url);
    expect(image.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await image.arrayBuffer()).toString('base64')).toMatch(/^iVBORw0KGgo/);
  });

  it.each(serviceNames.filter((name) => !['jina', 'newsapi'].includes(name)))(
    'refuses %s in another form, broken, too large, or with another method',
    async (service) => {
      const { headers } = goodCalls(service);
      const asText = { ...headers, 'content-type': 'text/plain' };
      expect(await sandbox.call(service, { headers: asText })).toMatchObject({ status: 415, json: expect.any(Object) });
      if (service !== 'twilio') expect(await sandbox.call(service, { body: '{"a":' })).toMatchObject({ status: 400 });
      const large = 'x'.repeat(10_000_001);
      expect(await sandbox.call(service, { body: large })).toMatchObject({ status: 413, json: expect.any(Object) });
      expect(await sandbox.call(service, { method: 'GET', body: undefined })).toMatchObject({ status: 405 });
    },
  );

  it('says 404 at a path that the provider does not have, and names the hosts at one that nobody has', async () => {
    const headers = { authorization: 'Bearer x' };
    expect(await sandbox.send('POST', '/api.openai.com/v1/nothing', headers)).toMatchObject({
      status: 404,
      json: { error: { message: 'Invalid URL (POST /v1/nothing)' } },
    });
    const { status, text: said, headers: marked } = await sandbox.send('GET', '/api.nobody.example/x');
    expect([status, marked.get('bursar-sandbox')]).toEqual([404, 'true']);
    expect(said).toContain('api.perplexity.ai');
  });

  it('costs what such a call typically costs, from the lower to the upper price', async () => {
    const costs: number[] = [];
    for (let question = 0; question < 100; question += 1) {
      const { json } = await sandbox.ask('perplexity', `question ${question}`);
      costs.push((json as { usage: { cost: { total_cost: number } } }).usage.cost.total_cost);
    }
    expect(Math.min(...costs)).toBeGreaterThanOrEqual(0.02);
    expect(Math.max(...costs)).toBeLessThanOrEqual(0.05);
    expect(Math.max(...costs) - Math.min(...costs)).toBeGreaterThan(0.02);
    // Never finer than the ledger counts.
    expect(costs.filter((cost) => !/^0\.\d{1,6}$/.test(String(cost)))).toEqual([]);
  });

  it('keeps to the tokens that it is told to use at most', async () => {
    const body = bodyWith('openai-chat', { max_tokens: 10 });
    expect(await sandbox.call('openai-chat', { body })).toMatchObject({
      json: { choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 10 } },
    });
  });
});
