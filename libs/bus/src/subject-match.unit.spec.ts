import { describe, expect, it } from '@jest/globals';
import { subjectsOverlap } from './subject-match.js';

describe('subjects', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.*', '*.b', true],
    ['a.*.c', 'a.b.d', false],
    ['commands.7.>', 'commands.*.org_1', true],
    ['commands.7.>', 'commands.8.>', false],
    ['a.b', 'a.b.c', false],
    ['>', 'a', true],
  ])('%s and %s overlap: %s', (left, right, overlap) => {
    expect(subjectsOverlap(left, right)).toBe(overlap);
    expect(subjectsOverlap(right, left)).toBe(overlap);
  });
});
