import { writeJson } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callOf, definitionOf } from '../test-support/definitions.js';
import { StreamMeter } from './stream-meter.js';
import { readUpstreamAnswer } from './upstream-answer.js';

const term = (path: string, price: string, at_most_units: object, streamed: boolean) => ({
  unit: { of: 'answer', path },
  price,
  at_most_units,
  streamed,
});
const chat = (stream: object = {}, price?: object) =>
  definitionOf({
    payload: {
      query: { type: 'string', required: true },
      max_tokens: { type: 'integer', minimum: 1, default: 100 },
      stream: { type: 'boolean', default: true },
    },
    price: price ?? {
      kind: 'per_unit',
      terms: [
        term('usage.prompt_tokens', '0.0001', { path: 'query', count: 'bytes', plus: 10 }, false),
        term('usage.completion_tokens', '0.001', { path: 'max_tokens' }, true),
      ],
    },
    stream: { field: 'stream', body: { stream: true }, timeout_seconds: 60, ...stream },
  });
const keeping = chat({ keeps_at_most: true });
const loose = chat();
/** Asks with 10 bytes: at most 20 tokens of the prompt, 2,000 units, and 100 of the answer, 100,000 units. */
const call = callOf(keeping, { query: '0123456789' });

const data = (event: unknown) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;
const says = (content: string) =>
  data({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null });
const usage = (prompt_tokens: unknown, completion_tokens: unknown) =>
  data({ choices: [], usage: { prompt_tokens, completion_tokens } });
const DONE = data('[DONE]');

/** `sizes`: of the chunks in which the bytes come, over and over. */
function metered(definition: typeof keeping, text: string, sizes = [text.length + 1], hold?: bigint) {
  const meter = new StreamMeter(definition, call, hold);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    meter.take(bytes.subarray(at, at + size));
    at += size;
  }
  return meter;
}

/** The same event in as many lines as it has. */
const inLines = (event: string) => {
  const pretty = JSON.stringify(JSON.parse(event.slice('data: '.length)), null, 1);
  return `${pretty
    .split('\n')
    .map((line) => `data: ${line}`)
    .join('\n')}\n\n`;
};

describe('a streamed chat', () => {
  it('B5: costs what the upstream reports at the end, to the unit', () => {
    const meter = metered(keeping, says('Hello') + says(', world') + usage(4, 3) + DONE);
    expect(meter.is_done).toBe(true);
    expect(meter.used).toBe(3400n);
    expect(meter.is_over).toBe(false);
    expect(meter.end()).toMatchObject({ ok: true, measured: 'reported', units: 3400n });
  });

  it('B5: a usage of zero is zero', () => {
    expect(metered(keeping, says('a') + usage(0, 0)).end()).toMatchObject({
      ok: true,
      measured: 'reported',
      units: 0n,
    });
  });

  it('B3: that breaks off counts one token for each byte, and the whole prompt that it may have', () => {
    const meter = metered(keeping, says('Hé') + says('llo'));
    expect(meter.used).toBe(2000n + 6000n);
    expect(meter.end()).toMatchObject({ ok: true, measured: 'bounded', units: 8000n });
  });

  it('B4: never counts more than the upstream was told, where it keeps to that', () => {
    const meter = metered(keeping, says('x'.repeat(400)));
    expect(meter.used).toBe(call.estimate);
    expect(meter.is_over).toBe(false);
    expect(metered(loose, says('x'.repeat(400))).used).toBe(402_000n);
  });

  it('B2: a call of ordinary text is not ended before the upstream ends it', () => {
    // A hundred tokens of four letters each.
    const meter = new StreamMeter(keeping, call);
    for (let token = 0; token < 100; token += 1) {
      meter.take(new TextEncoder().encode(says('word')));
      expect(meter.is_over).toBe(false);
    }
  });

  it('A1: is over where the upstream passes what it was told, or reports more than the hold', () => {
    expect(metered(keeping, says('x'.repeat(32 * 100))).is_over).toBe(false);
    expect(metered(keeping, says('x'.repeat(32 * 100 + 1))).is_over).toBe(true);
    expect(metered(keeping, says('a') + usage(4, 300)).is_over).toBe(true);
    expect(metered(keeping, says('abc'), [1], 4999n).is_over).toBe(true);
    expect(metered(keeping, says('abc'), [1], 5000n).is_over).toBe(false);
  });

  it('A1: of an upstream that keeps to nothing is over before one more byte could pass the hold', () => {
    expect(metered(loose, says('x'.repeat(99))).is_over).toBe(false);
    expect(metered(loose, says('x'.repeat(100))).is_over).toBe(true);
    expect(metered(loose, says('x'.repeat(400)) + usage(1, 100)).is_over).toBe(false);
  });

  it('B3: text that follows a usage is not taken to be in it', () => {
    const early = usage(1, 0) + says('x'.repeat(50));
    expect(metered(keeping, early).end()).toMatchObject({ ok: true, measured: 'bounded', units: 52_000n });
    const each = data({
      choices: [{ delta: { content: 'x'.repeat(50) } }],
      usage: { prompt_tokens: 1, completion_tokens: 9 },
    });
    const last = data({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: null });
    expect(metered(keeping, each + last).end()).toMatchObject({ ok: true, measured: 'reported', units: 9100n });
  });

  it.each([
    [{ delta: { tool_calls: [{ function: { arguments: '{"a":1}' } }] } }, 7],
    [{ delta: { refusal: 'No' } }, 2],
    [{ delta: { content: null } }, 1],
    [{ delta: {}, finish_reason: 'length' }, 1],
  ])('B3: %j counts', (choice, tokens) => {
    expect(metered(loose, data({ choices: [choice] })).used).toBe(2000n + BigInt(tokens) * 1000n);
  });

  it('B3: an event that cannot be read counts with all its bytes', () => {
    expect(metered(loose, data({ choices: [] }) + data('{"broken')).used).toBe(2000n + 8000n);
  });

  it.each([
    [usage(null, 5), /prompt_tokens is not there/],
    [usage(4, -1), /completion_tokens is below zero/],
    [usage('many', 5), /prompt_tokens is no number/],
  ])('A9: the usage %j is no price', (event, message) => {
    expect(metered(keeping, says('a') + event).end()).toMatchObject({
      ok: false,
      fault: { kind: 'price_unknown', message: expect.stringMatching(message) },
    });
  });

  it.each(['', ': only a comment\n\n', DONE, '<html>\n\n', 'data: <html>\n\n'])(
    'A9: %j is no stream of a chat',
    (text) => {
      expect(metered(keeping, text).end()).toMatchObject({ ok: false, fault: { kind: 'unexpected_answer' } });
    },
  );

  it('B5: what is not counted by its text is the bound until it is reported', () => {
    const thinking = chat(
      { keeps_at_most: true },
      { kind: 'per_unit', terms: [term('usage.completion_tokens', '0.001', { path: 'max_tokens' }, false)] },
    );
    expect(metered(thinking, says('a')).end()).toMatchObject({ ok: true, measured: 'bounded', units: 100_000n });
    expect(metered(thinking, says('a') + usage(1, 7)).end()).toMatchObject({
      ok: true,
      measured: 'reported',
      units: 7000n,
    });
  });

  it('B5: a price that the upstream reports is taken from its last event', () => {
    const reported = chat({}, { kind: 'reported', path: 'usage.cost', currency: 'USD', at_most: '0.05' });
    expect(metered(reported, says('a')).end()).toMatchObject({ ok: true, measured: 'bounded', units: 50_000n });
    expect(metered(reported, says('a') + data({ choices: [], usage: { cost: 0.02 } })).end()).toMatchObject({
      ok: true,
      measured: 'reported',
      units: 20_000n,
    });
  });

  it('B3: tells what the same call without stream would have answered', () => {
    const first = { id: 'c1', object: 'chat.completion.chunk', usage: null };
    const stream = [
      {
        ...first,
        choices: [{ index: 0, delta: { role: 'assistant', content: '', refusal: null }, finish_reason: null }],
      },
      { ...first, choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }] },
      { ...first, choices: [{ index: 1, delta: { content: 'Hi' } }] },
      { ...first, choices: [{ index: 0, delta: { content: 'lo' }, finish_reason: null }] },
      { ...first, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { ...first, choices: [], usage: { prompt_tokens: 4, completion_tokens: 3 } },
    ];
    const text = stream.map(data).join('') + DONE;
    const end = metered(keeping, text).end();
    expect(end.ok && JSON.parse(writeJson(end.body))).toEqual({
      id: 'c1',
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' },
        { index: 1, message: { role: 'assistant', content: 'Hi' } },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 3 },
    });
    const read = (body: string) => readUpstreamAnswer(keeping, call, { status: 200, headers: {}, body });
    expect(read(text)).toMatchObject({ ok: true, units: 3400n, body: { id: 'c1' } });
    expect(read(says('a'))).toMatchObject({ ok: false, fault: { kind: 'price_unknown', body: { choices: [{}] } } });
    expect(read('{"error":"no"}')).toMatchObject({ ok: false, fault: { kind: 'unexpected_answer' } });
  });

  it('B3: is the same however its bytes are split, and by whatever lines end', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(
        fc.array(text),
        end,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (texts, line, isReported, chunks) => {
          const stream = `: hello\n\nevent: message\n${texts.map((one) => inLines(says(one))).join('')}${isReported ? usage(4, 3) : ''}${DONE}`;
          const meter = metered(loose, stream.replaceAll('\n', line), chunks);
          const bytes = texts.reduce((sum, one) => sum + Math.max(1, Buffer.byteLength(one)), 0);
          expect(meter.is_done).toBe(true);
          const bounded = { ok: true, measured: 'bounded', units: 2000n + 1000n * BigInt(bytes) };
          const nothing = {
            ok: false,
            fault: { kind: 'unexpected_answer', message: 'the stream held no event of a chat' },
          };
          const expected = texts.length === 0 ? nothing : bounded;
          expect(meter.end()).toMatchObject(isReported ? { ok: true, measured: 'reported', units: 3400n } : expected);
        },
      ),
    );
  });

  it('B3: never counts less than the tokens that made the text, of one byte or more each', () => {
    const tokens = fc.array(fc.uint8Array({ minLength: 1, maxLength: 6 }), { maxLength: 30 });
    fc.assert(
      fc.property(tokens, (made) => {
        // Halves of characters become replacement characters, which are longer than what they stand for.
        const text = new TextDecoder().decode(Buffer.concat(made));
        const meter = metered(loose, text === '' ? '' : says(text));
        expect(meter.used).toBeGreaterThanOrEqual(2000n + 1000n * BigInt(made.length));
      }),
    );
  });

  it.each([
    ['a line', 'data: ', 'x'.repeat(100_000)],
    ['an event of many lines', '', `data: ${'x'.repeat(1000)}\n`.repeat(100)],
  ])('H4: %s without end is cut at a bound, and counts', (_, first, more) => {
    const meter = new StreamMeter(loose, call);
    meter.take(Buffer.from(first));
    for (let count = 0; count < 30; count += 1) meter.take(Buffer.from(more));
    expect(meter.is_over).toBe(true);
  });
});
