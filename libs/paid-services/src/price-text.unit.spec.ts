import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '../test-support/definitions.js';
import { priceText } from './price-text.js';

const payload = {
  query: { type: 'string', required: true },
  n: { type: 'integer', minimum: 1, default: 1 },
};
const flat = (amount: string) => ({ kind: 'flat', amount });
const term = { unit: { of: 'answer', path: 'usage.n' }, price: '0.15', at_most_units: 5 };

describe('a price in words', () => {
  it.each([
    [flat('0.01'), '0.01 a call'],
    [{ kind: 'reported', path: 'a', currency: 'USD', at_most: '0.05' }, 'as the service reports it, at most 0.05'],
    [{ kind: 'per_unit', terms: [term] }, '0.15 for each of usage.n'],
    [
      {
        kind: 'per_unit',
        base: '0.02',
        terms: [
          { ...term, per: 1_000_000 },
          { unit: { of: 'request', path: 'query', count: 'characters', each: 66 }, price: '1', per: 1000 },
        ],
      },
      '0.02 + 0.15 for a million usage.n + 1 for a thousand query in characters by 66',
    ],
    [
      {
        kind: 'table',
        by: ['query', 'n'],
        rows: [
          { when: { query: { starts_with: '+1' }, n: 2 }, price: flat('0.1') },
          { when: {}, price: flat('0.2') },
        ],
        times: { path: 'n' },
      },
      '0.1 each of n where query begins with +1 and n is 2; 0.2 each of n',
    ],
  ])('A10: %j', (price, words) => {
    expect(priceText(definitionOf({ payload, price }).price)).toBe(words);
  });
});
