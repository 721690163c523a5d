import { describe, expect, it } from '@jest/globals';
import { wholeWithin } from './trigger-values.js';

const read = wholeWithin(0, 120_000);

describe('a delay that a trigger asks for', () => {
  it('is the number that stands there', () => {
    expect(read('300')).toEqual({ value: 300 });
    expect(read('0')).toEqual({ value: 0 });
  });

  it('is drawn anew each time between two numbers, both of them included', () => {
    const drawn = new Set(Array.from({ length: 1_000 }, () => (read('90-93') as { value: number }).value));
    expect([...drawn].toSorted((one, other) => one - other)).toEqual([90, 91, 92, 93]);
    expect(read('7-7')).toEqual({ value: 7 });
  });

  it.each([undefined, '', 'soon', '-5', '5-', '110-90', '1-2-3', '1.5-2', '0-120001', '1 -2'])(
    'is refused as %s',
    (text) => {
      expect(read(text)).toEqual({ problem: expect.stringMatching(/^must be a whole number of 0 to 120000/) });
    },
  );
});
