import { writeJson } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paymentRequired, wire, wireText } from '../test-support/envelopes.js';
import { X402_BOUNDS } from './bounds.js';
import { decodeHeader, encodeHeader } from './header-codec.js';
import { sameJson } from './json-values.js';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

describe('the value of an x402 header', () => {
  it('A6: what was encoded is decoded to the same, and is what btoa of the UTF-8 text would be', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__') && !/\\u(0000|d[89a-f])/.test(text) && !Object.is(value, -0));
        const header = encodeHeader(wireText(text));
        expect(header).toBe(btoa(String.fromCharCode(...new TextEncoder().encode(text))));
        expect(decodeHeader(header)).toEqual({ ok: true, value: wireText(text) });
      }),
    );
  });

  it('A6: numbers come back as they were written, and fields in their order', () => {
    const text =
      '{"b":1.0,"a":[1e2,12345678901234567890,-0.10],"c":{"é":"ü\\"\\n"},"d":null,"__proto__":{"a":"1"},"e":[true,false]}';
    const read = decodeHeader(base64(text));
    expect(read.ok && writeJson(read.value)).toBe(text);
  });

  it('A6: a value without padding is read, as the published decoders do', () => {
    const header = encodeHeader(wire({ a: 'bc' }));
    expect(header.endsWith('=')).toBe(true);
    expect(decodeHeader(header.replace(/=+$/, ''))).toEqual({ ok: true, value: { a: 'bc' } });
  });

  it.each([
    ['nothing', ''],
    [
      'base64url',
      base64(Uint8Array.from([0x22, 0xc3, 0xbf, 0xc3, 0xbe, 0x22]))
        .replaceAll('/', '_')
        .replaceAll('+', '-') + '-_',
    ],
    ['a JWS', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln'],
    ['a space inside', `${base64('{"a":1}').slice(0, 4)} ${base64('{"a":1}').slice(4)}`],
    ['padding inside', 'eyJ=hIjoxfQ'],
    ['too much padding', 'eyJhIjoxfQ==='],
    ['a length that no base64 has', `${base64('{"a":123}')}A`],
    ['text that is not JSON', base64('payment')],
    ['bytes that are not UTF-8', base64(Uint8Array.from([0x22, 0xff, 0xfe, 0x22]))],
    ['a field that stands twice', base64('{"amount":"1","amount":"2"}')],
    ['NUL', base64('{"a":"\\u0000"}')],
    ['half a character', base64('{"a":"\\ud800"}')],
    ['more than a header holds', base64(JSON.stringify({ a: 'x'.repeat(X402_BOUNDS.header_characters) }))],
    ['deep nesting', base64('['.repeat(40) + ']'.repeat(40))],
    ['very deep nesting', base64('['.repeat(20_000) + ']'.repeat(20_000))],
  ])('A6: refuses %s', (_what, text) => {
    const read = decodeHeader(text);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.problems.length).toBe(1);
  });

  it('A6: a real challenge fits', () => {
    expect(decodeHeader(encodeHeader(paymentRequired))).toEqual({ ok: true, value: wire(paymentRequired) });
  });
});

describe('two values are the same JSON', () => {
  it.each([
    ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1e0}', true],
    ['{"a":1}', '{"a":1,"b":null}', false],
    ['{"a":1,"b":null}', '{"a":1}', false],
    ['{"a":null}', '{"b":null}', false],
    ['{"a":"1"}', '{"a":1}', false],
    ['[1,2]', '[2,1]', false],
    ['[1]', '[1,1]', false],
    ['[]', '{}', false],
    ['null', '{}', false],
    ['{"a":0.1}', '{"a":0.2}', false],
    ['{"toString":1}', '{"a":1}', false],
    ['"é"', '"\\u00e9"', true],
  ])('A6: %s and %s: %s', (left, right, same) => {
    expect(sameJson(wireText(left), wireText(right))).toBe(same);
  });
});
