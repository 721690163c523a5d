import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAuthenticate, writeAuthenticate } from './authenticate-header.js';
import { MPP_BOUNDS } from './bounds.js';

function read(text: string) {
  const answer = readAuthenticate(text);
  if (!answer.ok) throw new Error(answer.problems[0]!.message);
  return answer.challenges.map(({ scheme, parameters, repeated }) => [
    scheme,
    Object.fromEntries(parameters),
    repeated,
  ]);
}

describe('A WWW-Authenticate header', () => {
  it.each<[string, unknown[]]>([
    ['', []],
    [' , ,', []],
    ['Payment', [['payment', {}, undefined]]],
    ['Payment a=b', [['payment', { a: 'b' }, undefined]]],
    ['PAYMENT  A="b" , c = d', [['payment', { a: 'b', c: 'd' }, undefined]]],
    ['Payment a="b,c=\\"d\\\\",, e=f,', [['payment', { a: 'b,c="d\\', e: 'f' }, undefined]]],
    ['Payment a="Payment b=c"', [['payment', { a: 'Payment b=c' }, undefined]]],
    ['Payment a=""', [['payment', { a: '' }, undefined]]],
    ['Payment a="\té"', [['payment', { a: '\té' }, undefined]]],
    // By the grammar a token68, whatever was meant.
    ['Payment a=', [['payment', {}, undefined]]],
    ['Payment a=1, A=2', [['payment', { a: '1' }, 'a']]],
    [
      'Negotiate abc==, Payment a=b',
      [
        ['negotiate', {}, undefined],
        ['payment', { a: 'b' }, undefined],
      ],
    ],
    [
      'Negotiate, Payment a=b',
      [
        ['negotiate', {}, undefined],
        ['payment', { a: 'b' }, undefined],
      ],
    ],
    [
      'Bearer realm="x", scope="y z", Payment a=b',
      [
        ['bearer', { realm: 'x', scope: 'y z' }, undefined],
        ['payment', { a: 'b' }, undefined],
      ],
    ],
    [
      'Payment a=b, Payment a=c',
      [
        ['payment', { a: 'b' }, undefined],
        ['payment', { a: 'c' }, undefined],
      ],
    ],
    ['Payment __proto__=b', [['payment', { ['__proto__']: 'b' }, undefined]]],
  ])('A6: %j is read as RFC 9110 says', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['=', 'is no list of challenges'],
    ['a=b', 'is no list of challenges'],
    ['Payment a="b', 'holds a quoted text that does not end'],
    ['Payment a="b\\', 'holds a quoted text that does not end'],
    ['Payment a="b\\"', 'holds a quoted text that does not end'],
    ['Payment a="b\nc"', 'holds a quoted text that does not end'],
    ['Payment a="b\\\u0000"', 'holds a quoted text that does not end'],
    ['Payment a="b"c', 'is no list of challenges'],
    ['Payment a=b c', 'is no list of challenges'],
    ['Payment a=, b=c', 'is no list of challenges'],
    ['Payment "a"', 'is no list of challenges'],
    ['Payment a=é', 'is no list of challenges'],
    ['Payment a=b; c=d', 'is no list of challenges'],
    [
      `Payment ${Array.from({ length: MPP_BOUNDS.parameters + 1 }, (_, at) => `p${at}=1`).join(', ')}`,
      'too many parameters',
    ],
    [Array.from({ length: MPP_BOUNDS.challenges + 1 }, () => 'Basic').join(', '), 'too many challenges'],
    [`Payment a="${'b'.repeat(MPP_BOUNDS.header_characters)}"`, 'is too long'],
  ])('A9: a malformed one is refused whole (case %#)', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('A6: whatever is written is read again, and stands in one line of ASCII', () => {
    const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    const names = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.dictionary(names, text, { minKeys: 1, maxKeys: 8 }), (parameters) => {
        const written = writeAuthenticate('Payment', parameters);
        expect(written).toMatch(/^[\x20-\x7e]*$/);
        expect(read(`Basic, ${written}, Basic`)).toEqual([
          ['basic', {}, undefined],
          ['payment', { ...parameters }, undefined],
          ['basic', {}, undefined],
        ]);
      }),
    );
    expect(writeAuthenticate('Payment', { a: 'ä – 😀\r\n', b: undefined })).toBe(
      'Payment a="\\u00e4 \\u2013 \\ud83d\\ude00\\u000d\\u000a"',
    );
  });

  it('A9: no text makes the reader fail otherwise, or slow', () => {
    const piece = fc.constantFrom('Payment', ' ', ',', '=', '"', '\\', 'a', '==', '\t', 'é', '\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(typeof readAuthenticate(pieces.join('')).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
    const began = process.hrtime.bigint();
    for (const hostile of [
      'a'.repeat(65_536),
      '='.repeat(65_536),
      `P ${' '.repeat(65_000)}`,
      `P a="${'\\a'.repeat(32_000)}`,
    ])
      readAuthenticate(hostile);
    expect(process.hrtime.bigint() - began).toBeLessThan(1_000_000_000n);
  });
});
