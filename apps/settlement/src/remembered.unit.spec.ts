import { describe, expect, it } from '@jest/globals';
import { Remembered } from './remembered.js';

describe('what was read of a text', () => {
  it('is found as often as it is looked for, and nothing for another text', () => {
    const remembered = new Remembered<number>();
    remembered.keep('one', 1);
    expect([remembered.find('one'), remembered.find('one'), remembered.find('one ')]).toEqual([1, 1, undefined]);
  });

  it('is given away once', () => {
    const remembered = new Remembered<number>();
    remembered.keep('one', 1);
    expect([remembered.take('one'), remembered.take('one')]).toEqual([1, undefined]);
  });

  it('H4: is of so many texts and no more, the oldest of which is forgotten first, and of none that is long or empty', () => {
    const remembered = new Remembered<number>(2);
    remembered.keep('a'.repeat(8_193), 0);
    remembered.keep('', 0);
    for (const text of ['one', 'two', 'three']) remembered.keep(text, text.length);
    expect(['', 'a'.repeat(8_193), 'one', 'two', 'three'].map((text) => remembered.find(text))).toEqual([
      undefined,
      undefined,
      undefined,
      3,
      5,
    ]);
  });
});
