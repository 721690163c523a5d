import { describe, expect, it } from '@jest/globals';
import { atMost, cellsOf, inCells } from './cells.js';
import { printable, printableJson, printableLine } from './printable.js';

describe('What others have written', () => {
  it('F4: moves no cursor, sets no colour, and turns no words around', () => {
    const hostile = 'a\u001b[2Jb\u0007\u009b5A\u007f\u202ec\rd';
    expect(printable(hostile)).toBe('a␛[2Jb␇�5A␡�c␍d');
    expect(printable('two\nlines\tand é漢🚀')).toBe('two\nlines\tand é漢🚀');
    expect(printableLine('two\r\n  lines\tin\u2028one')).toBe('two lines in one');
  });

  it('is in JSON the same value', () => {
    const value = { memo: 'a\u001b[2J\u009b5A\u202e é漢' };
    const text = printableJson(value);
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('Cells of a terminal', () => {
  it('are two for an ideograph or an emoji, and none for an accent on another character', () => {
    expect(['abc', '漢字', '🚀', 'e\u0301', '├─ █▒·…'].map(cellsOf)).toEqual([3, 4, 2, 1, 7]);
  });

  it('are filled exactly, and nothing is cut in two', () => {
    expect(inCells('漢字かな', 6)).toBe('漢字… ');
    expect(inCells('abc', 5)).toBe('abc  ');
    expect(atMost('e\u0301te\u0301s', 3)).toBe('e\u0301t…');
    for (const cells of [0, 1, 2, 3, 4, 5]) expect(cellsOf(atMost('漢🚀字e\u0301', cells))).toBeLessThanOrEqual(cells);
  });
});
