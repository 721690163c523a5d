import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fastCheck from 'fast-check';
import { canonicalJson } from './canonical-json.js';

const text = fastCheck.string({ unit: 'binary' });
const { value: anyValue } = fastCheck.letrec((tie) => ({
  value: fastCheck.oneof(
    { maxDepth: 3 },
    text,
    fastCheck.maxSafeInteger(),
    fastCheck.boolean(),
    fastCheck.constant(null),
    fastCheck.array(tie('value')),
    fastCheck.dictionary(text, tie('value')),
  ),
}));

describe('what is signed', () => {
  it('D8: has the one spelling that RFC 8785 gives it', () => {
    fastCheck.assert(fastCheck.property(anyValue, (value) => expect(canonicalJson(value)).toBe(canonicalize(value))));
  });

  it('D8: has its members in the order of their names, those that look like numbers too', () => {
    expect(canonicalJson({ b: 1, '10': 2, '9': 3, gone: undefined })).toBe('{"10":2,"9":3,"b":1}');
  });

  it.each([0.5, NaN, Infinity, 2 ** 53, 1n, undefined, '\ud800', Symbol('x'), () => 0, { a: ['\udfff'] }])(
    'is refused where it has no such spelling: %p',
    (value) => expect(() => canonicalJson(value)).toThrow(/cannot be signed/),
  );
});
