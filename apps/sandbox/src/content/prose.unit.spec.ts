import { describe, expect, it } from '@jest/globals';
import { prose } from './prose.js';
import { Seed } from './seed.js';

const seed = new Seed('what was asked');

describe('The prose of the sandbox', () => {
  it('has as many words as were asked for, each longer text beginning as the shorter one', () => {
    const longest = prose(seed, 'heat pumps', 200).split(' ');
    for (const words of [1, 4, 5, 6, 30, 31, 199, 200])
      expect(prose(seed, 'heat pumps', words)).toBe(longest.slice(0, words).join(' '));
    expect(longest).toHaveLength(200);
    expect(prose(seed, 'heat pumps', 0)).toBe('');
  });

  it('is on the topic as it is written, whatever that is', () => {
    for (const topic of ['heat pumps', '$& and $1', '{topic}']) expect(prose(seed, topic, 60)).toContain(topic);
  });
});
