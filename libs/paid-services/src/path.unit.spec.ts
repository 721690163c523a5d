import { describe, expect, it } from '@jest/globals';
import { wire } from '../test-support/definitions.js';
import { parsePath, valueAt } from './path.js';

const answer = {
  body: wire({ a: { b: [{ c: 'x' }, { c: 'y' }, {}] }, list: [['z']], 'x-y': 'h', $id: 'i' }),
  headers: { 'x-id': 'id' },
};

describe('a path into an answer', () => {
  it.each([
    ['a.b[0].c', 'x'],
    ['a.b[*].c', ['x', 'y']],
    ['list[0][0]', 'z'],
    ['x-y', 'h'],
    ['$id', 'i'],
    ['header:X-Id', 'id'],
    ['header:none', undefined],
    ['header:constructor', undefined],
    ['a.b[9]', undefined],
    ['a.b.c', undefined],
    ['a[0]', undefined],
    ['a[*]', undefined],
    ['a.b[0].c.d', undefined],
    ['constructor.name', undefined],
    ['a.b.length', undefined],
    ['__proto__', undefined],
  ])('A9: %s', (path, value) => {
    expect(valueAt(path, answer)).toEqual(value);
  });

  it.each([
    '',
    '.a',
    'a.',
    'a..b',
    'a[]',
    'a[-1]',
    'a[x]',
    'a b',
    '[0]a',
    'a[0]b',
    'a.[0',
    'header:',
    'header:a b',
    'a["b"]',
    '*',
  ])('A9: %j cannot be read', (path) => {
    expect(parsePath(path)).toBeUndefined();
    expect(valueAt(path, answer)).toBeUndefined();
  });
});
