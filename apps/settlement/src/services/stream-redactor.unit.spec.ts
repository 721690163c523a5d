import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redacted } from './redacted.js';
import { StreamRedactor } from './stream-redactor.js';

const SECRET = { value: 'sk-"1+2/3"-end' };
const FORMS = [SECRET.value, JSON.stringify(SECRET.value).slice(1, -1), encodeURIComponent(SECRET.value)];
const PAIR = { sid: 'AC1234', token: 'tok/en' };
const BASIC = Buffer.from('AC1234:tok/en').toString('base64');

/** What has been passed on after each piece, and at the end. */
function passed(secret: Record<string, string>, pieces: readonly string[]): string[] {
  const redactor = new StreamRedactor(secret);
  let text = '';
  const after = pieces.map((piece) => (text += redactor.take(piece)));
  return [...after, text + redactor.end()];
}

/** The text in two pieces, at every position. */
function splits(text: string): [string, string][] {
  return Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
}

describe('A stream in which the secret stands', () => {
  it.each([...FORMS.map((form) => [SECRET, form] as const), [PAIR, BASIC] as const])(
    'F4: tells no part of it (%j as %s), wherever it is split in two or three, or comes character by character',
    (secret, form) => {
      const before = 'data: {"error":"Incorrect key: ';
      const text = `${before}${form}."}\n\n`;
      const clean = `${before}***."}\n\n`;
      for (const [first, second] of splits(text)) {
        expect(passed(secret, [first, second]).at(-1)).toBe(clean);
        for (const [half, rest] of splits(second)) {
          const told = passed(secret, [first, half, rest]);
          expect(told.at(-1)).toBe(clean);
          // At no time more than what is clean, so no beginning of it either.
          for (const text of told) expect(clean.startsWith(text)).toBe(true);
        }
      }
      expect(passed(secret, text.split('')).at(-1)).toBe(clean);
    },
  );

  it('F4: is cut off in the middle of it: what has come of it is not told', () => {
    for (let length = 4; length < SECRET.value.length; length += 1) {
      const cut = `data: ${SECRET.value.slice(0, length)}`;
      expect(passed(SECRET, [cut]).at(-1)).toBe('data: ***');
      expect(passed(SECRET, cut.split('')).at(-1)).toBe('data: ***');
    }
  });

  it('F4: has one part in another: the longer one is waited for, and where it does not come the shorter one is not told', () => {
    const secret = { short: 'abcd', long: 'abcdefgh' };
    for (const [text, clean] of [
      ['x abcdefgh y', 'x *** y'],
      ['x abcdef y', 'x ***ef y'],
      ['x abcd', 'x ***'],
    ] as const)
      for (const pieces of splits(text)) expect(passed(secret, pieces).at(-1)).toBe(clean);
  });

  it('B1: goes on at once: only what may be a secret’s beginning waits, and that is less than the longest form of it', () => {
    const redactor = new StreamRedactor(SECRET);
    expect(redactor.take('data: {"a":1}\n\n')).toBe('data: {"a":1}\n\n');
    expect(redactor.take('data: s')).toBe('data: ');
    expect(redactor.take('o what')).toBe('so what');
    const longest = Math.max(...FORMS.map(({ length }) => length));
    const pieces = fc.array(fc.constantFrom(...FORMS, ...FORMS.map((form) => form.slice(0, -1)), 's', 'k-', ' '));
    fc.assert(
      fc.property(pieces, (texts) => {
        const [told, whole] = [passed(SECRET, texts), texts.map((_, at) => texts.slice(0, at + 1).join(''))];
        // A marker stands for more than itself: what was passed on of what came, without what is redacted.
        for (const [at, text] of whole.entries())
          expect(redacted(text, SECRET).length - told[at]!.length).toBeLessThan(longest);
      }),
    );
  });

  it('F4: is told as the same text whole would be, however it comes', () => {
    const bits = fc.constantFrom(...FORMS, 'sk-', '"1', 's', ' ', '%22', '\\', 'end', 'é😀');
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 12 }), fc.array(fc.nat(7), { minLength: 1 }), (parts, sizes) => {
        // Its last character begins no secret.
        const text = `${parts.join('')}.`;
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const size = sizes[turn % sizes.length]! + 1;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        expect(passed(SECRET, pieces).at(-1)).toBe(redacted(text, SECRET));
      }),
    );
  });

  it('F4: stays as it is where there is no secret', () => {
    const redactor = new StreamRedactor(undefined);
    expect(redactor.take('data: sk-')).toBe('data: sk-');
    expect(redactor.end()).toBe('');
  });
});
