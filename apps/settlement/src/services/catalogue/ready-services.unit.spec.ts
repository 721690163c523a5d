import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { readJson, writeJson, type JsonObject } from '#contracts';
import { formatAmount, parseAmount } from '#domain';
import {
  quoteCall,
  readServiceDefinition,
  readUpstreamAnswer,
  StreamMeter,
  typedAnswer,
  typedPayload,
  upstreamRequest,
  type ServiceDefinition,
} from '#paid-services';
import { ANSWERS, SECRETS } from '../../../test-support/provider-answers.js';

const folder = new URL('../../../services/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

const definitions = new Map(
  names.map((name) => {
    const read = readServiceDefinition(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
    return [name, read.definition] as const;
  }),
);

function definitionOf(name: string): ServiceDefinition {
  const definition = definitions.get(name);
  if (!definition) throw new Error(`${name} is no service that is ready`);
  return definition;
}

function callOf(name: string, payload: unknown) {
  const read = readJson(JSON.stringify(payload));
  const quote = quoteCall(definitionOf(name), read.ok && read.value);
  if (!quote.ok) throw new Error(JSON.stringify(quote));
  return quote.call;
}
const credits = (units: bigint) => formatAmount(units, 'USD');

describe('the services that are ready', () => {
  it('A10: are ten, each in the file of its name', () => {
    expect(names.sort()).toEqual(Object.keys(ANSWERS).sort());
    for (const name of names)
      expect(definitionOf(name)).toMatchObject({ name, documentation: expect.stringMatching(/^https:/) });
  });

  it.each(Object.entries(ANSWERS))('B2: %s is quoted, called and read as its provider documents it', (name, sample) => {
    const definition = definitionOf(name);
    const call = callOf(name, sample.payload);
    expect(credits(call.estimate)).toBe(sample.estimate);
    const request = upstreamRequest(definition, call, SECRETS[name] ?? { value: 'key-1' }, { idempotency_key: 'k-1' });
    expect({
      ...request,
      body: request.body && (request.body.startsWith('{') ? JSON.parse(request.body) : request.body),
    }).toEqual(sample.request);
    const read = readUpstreamAnswer(definition, call, sample.answer);
    if (!read.ok) throw new Error(JSON.stringify(read.fault));
    expect(credits(read.units)).toBe(sample.cost);
    expect(JSON.parse(writeJson(read.body))).toMatchObject(sample.says);
    if (sample.typed) {
      expect(typedPayload(definition, sample.typed.body)).toEqual(sample.typed.payload);
      expect(typedAnswer(definition, read.body)).toEqual({ ok: true, answer: sample.typed.answer });
    }
  });

  // The typical prices that agents are told: of a default call, and what they are told to allow.
  it.each([
    ['perplexity', { query: 'a' }, '0.05', '0.1'],
    ['tavily', { query: 'a' }, '0.03', '0.05'],
    ['firecrawl', { url: 'https://example.com' }, '0.15', '0.25'],
    ['jina', { url: 'https://example.com' }, '0.02', '0.05'],
    ['newsapi', { query: 'a' }, '0.08', '0.15'],
  ])('B2: %s with %j alone is estimated at no more than its typical price', (name, payload, typical, recommended) => {
    const bound = parseAmount(typical, 'USD', 'string');
    expect('units' in bound && callOf(name, payload).estimate <= bound.units).toBe(true);
    expect(definitionOf(name).max_credits_recommended).toBe(recommended);
  });

  it('B2: no default call is estimated above what its service recommends to allow', () => {
    for (const [name, { payload }] of Object.entries(ANSWERS)) {
      const recommended = parseAmount(definitionOf(name).max_credits_recommended, 'USD', 'string');
      expect('units' in recommended && callOf(name, payload).estimate <= recommended.units).toBe(true);
    }
  });

  it('A9: a model that the table does not name has no price', () => {
    const quote = quoteCall(definitionOf('openai-chat'), {
      model: 'gpt-unknown',
      messages: [{ role: 'user', content: 'a' }],
    });
    expect(quote).toMatchObject({ ok: false, code: 'price_unknown' });
  });

  it('B4: a chat never costs more than its estimate, whatever tokenizer counts its messages', () => {
    const message = fc.record({ role: fc.constantFrom('system', 'user'), content: fc.string({ unit: 'binary' }) });
    const part = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 4000 }),
        part,
        (messages, max_tokens, percent) => {
          const model = 'gpt-4o';
          const quote = quoteCall(definitionOf('openai-chat'), { model, messages, max_tokens: readNumber(max_tokens) });
          if (!quote.ok) return;
          // The most that can be: a token for each byte, four around each message, three for the answer's beginning.
          const prompt_tokens = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 5, 3);
          const completion_tokens = Math.floor((max_tokens * percent) / 100);
          const body = JSON.stringify({ usage: { prompt_tokens, completion_tokens } });
          const read = readUpstreamAnswer(definitionOf('openai-chat'), quote.call, { status: 200, headers: {}, body });
          expect(read.ok && read.units <= quote.call.estimate).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('B2: a chat is streamed to its end, and costs what its last event tells', () => {
    const definition = definitionOf('openai-chat');
    const call = callOf('openai-chat', {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Hello' }],
      max_tokens: 50,
      stream: true,
    });
    const { body, headers } = upstreamRequest(definition, call, undefined);
    expect(JSON.parse(body!)).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 50,
    });
    expect(headers['accept']).toBe('text/event-stream');
    const meter = new StreamMeter(definition, call);
    const event = (delta: object, usage: unknown = null) =>
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason: null }], usage })}\n\n`;
    meter.take(Buffer.from(event({ role: 'assistant', content: '', refusal: null })));
    for (let token = 0; token < 50; token += 1) {
      meter.take(Buffer.from(event({ content: ' word' })));
      expect(meter.is_over).toBe(false);
    }
    meter.take(
      Buffer.from(
        `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 8, completion_tokens: 50 } })}\n\ndata: [DONE]\n\n`,
      ),
    );
    expect(meter.is_done).toBe(true);
    // 8 at 0.15 and 50 at 0.60 a million: 31.2 units.
    expect(meter.end()).toMatchObject({ ok: true, measured: 'reported', units: 32n });
  });
});

function readNumber(value: number): unknown {
  const read = readJson(JSON.stringify({ value }));
  return read.ok ? (read.value as JsonObject)['value'] : undefined;
}
