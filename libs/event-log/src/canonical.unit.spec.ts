import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalBytes, canonicalText } from './canonical.js';
import { NotCanonicalError } from './errors.js';

const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const wholeNumber = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const { value: eventValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    wholeNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 8, noNullPrototype: false }),
  ),
}));

describe('canonical bytes', () => {
  it('D8: are those of RFC 8785 for every value that an event can hold', () => {
    fc.assert(
      fc.property(eventValue, (value) => {
        expect(canonicalText(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('D4: read back, they are the same value and the same bytes', () => {
    fc.assert(
      fc.property(eventValue, (value) => {
        const bytes = canonicalBytes(value);
        const read: unknown = JSON.parse(bytes.toString('utf8'));
        expect(canonicalBytes(read).equals(bytes)).toBe(true);
      }),
    );
  });

  it('D8: do not depend on the order in which properties were set', () => {
    fc.assert(
      fc.property(fc.dictionary(text, wholeNumber, { maxKeys: 12 }), fc.nat(), (value, turn) => {
        const entries = Object.entries(value);
        const turned = entries.slice(turn % (entries.length + 1)).concat(entries.slice(0, turn % (entries.length + 1)));
        expect(canonicalText(Object.fromEntries(turned))).toBe(canonicalText(value));
      }),
    );
  });

  it('D8: order names by UTF-16 code units and escape as the RFC shows', () => {
    // RFC 8785, 3.2.3: the order of the sorting example.
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonicalText(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
    expect(canonicalText('€$\u000f\nA\'B"\\"/\u007f\u2028')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\"/\u007f\u2028"');
    expect(canonicalText(-0)).toBe('0');
  });

  it('D8: leave undefined properties out, also in the middle of an object', () => {
    expect(canonicalText({ b: { d: undefined, c: 1 }, a: undefined, z: undefined })).toBe('{"b":{"c":1}}');
    expect(canonicalText({ a: undefined })).toBe('{}');
  });

  it('stay right when callers send more shapes than are remembered', () => {
    for (let number = 0; number < 20_000; number++) {
      const name = `name ${number}`;
      expect(canonicalText({ z: 1, [name]: 2 })).toBe(`{"${name}":2,"z":1}`);
    }
  });

  it.each<[string, unknown, string, NotCanonicalError['fault']]>([
    ['NUL', { labels: { goal: 'a\0b' } }, '/labels/goal', 'nul'],
    ['NUL in a name', { 'a\0': 1 }, '', 'nul'],
    ['a lone high surrogate', ['a', '\ud83d'], '/1', 'lone_surrogate'],
    ['a lone low surrogate', '\ude00x', '', 'lone_surrogate'],
    ['a fraction', { a: { b: [1, 0.1] } }, '/a/b/1', 'unsafe_number'],
    ['a number above 2^53', { a: 2 ** 53 }, '/a', 'unsafe_number'],
    ['NaN', Number.NaN, '', 'unsafe_number'],
    ['infinity', [Infinity], '/0', 'unsafe_number'],
    ['a bigint', { amount: 5n }, '/amount', 'unsupported_type'],
    ['undefined in an array', [undefined], '/0', 'unsupported_type'],
    ['undefined itself', undefined, '', 'unsupported_type'],
    ['a function', { a: () => 1 }, '/a', 'unsupported_type'],
    ['a date', { time: new Date(0) }, '/time', 'unsupported_type'],
    ['a map', { labels: new Map() }, '/labels', 'unsupported_type'],
  ])('A12: refuse %s and say where it stands', (_, value, path, fault) => {
    expect(() => canonicalBytes(value)).toThrow(expect.objectContaining({ name: 'NotCanonicalError', path, fault }));
    // And the next value is written as if nothing had happened.
    expect(canonicalText({ a: 1 })).toBe('{"a":1}');
  });

  it('refuse a value that is nested without end', () => {
    const value: unknown[] = [];
    value.push(value);
    expect(() => canonicalBytes(value)).toThrow(NotCanonicalError);
  });
});
