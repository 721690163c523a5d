import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { problemsOf } from '../../test-support/definitions.js';

const text = { type: 'string', required: true };
const term = (more: object) => ({ kind: 'per_unit', terms: [{ price: '0.01', ...more }] });

describe('a price that could yield no number', () => {
  const cases: [string, JsonObject, RegExp][] = [
    // Prices.
    [
      'no upper bound',
      { price: term({ unit: { of: 'answer', path: 'a' } }) },
      /at_most_units: is missing: nobody could say/,
    ],
    [
      'an upper bound of what is known',
      { price: term({ unit: { of: 'request', path: 'query', count: 'bytes' }, at_most_units: 5 }) },
      /at_most_units: is for units of the answer/,
    ],
    [
      'a streamed request',
      { price: term({ unit: { of: 'request', path: 'query', count: 'bytes' }, streamed: true }) },
      /streamed: is for units of the answer/,
    ],
    [
      'a count of no field',
      { price: term({ unit: { of: 'request', path: 'n' } }) },
      /unit\.path: names n, which is no field/,
    ],
    [
      'a count of a text',
      { price: term({ unit: { of: 'request', path: 'query' } }) },
      /names query, which is no integer/,
    ],
    [
      'items of a text',
      { price: term({ unit: { of: 'request', path: 'query', count: 'items' } }) },
      /names query, which is no list/,
    ],
    [
      'a count that may be absent',
      {
        payload: { query: text, n: { type: 'integer', minimum: 1 } },
        price: term({ unit: { of: 'request', path: 'n' } }),
      },
      /names n, which may be absent/,
    ],
    [
      'a count below zero',
      {
        payload: { query: text, n: { type: 'integer', default: 1 } },
        price: term({ unit: { of: 'request', path: 'n' } }),
      },
      /names n, whose minimum has to be 0/,
    ],
    [
      'a bound of no field',
      { price: term({ unit: { of: 'answer', path: 'a' }, at_most_units: { path: 'n' } }) },
      /at_most_units\.path: names n, which is no field/,
    ],
    [
      'a path that is none',
      { price: term({ unit: { of: 'answer', path: 'a..b' }, at_most_units: 1 }) },
      /unit\.path: cannot be read as a path/,
    ],
    [
      'a path to several',
      { price: { kind: 'reported', path: 'a[*].b', currency: 'USD', at_most: '1' } },
      /^price\.path: names several values/,
    ],
    [
      'a price in text',
      { answers_with: 'text', price: { kind: 'reported', path: 'a', currency: 'USD', at_most: '1' } },
      /^price\.path: names a field of the answer, which is text/,
    ],
    [
      'another currency',
      { price: { kind: 'reported', path: 'a', currency: 'EUR', at_most: '1' } },
      /^price\.currency: must be USD/,
    ],
    [
      'a reported price without bound',
      { price: { kind: 'reported', path: 'a', currency: 'USD' } },
      /^price\.at_most: is missing/,
    ],
    ['an unknown price', { price: { kind: 'free' } }, /^price\.kind: must have a kind/],
    ['no terms', { price: { kind: 'per_unit', terms: [] } }, /^price\.terms: must count something/],
    [
      'an odd per',
      { price: term({ unit: { of: 'answer', path: 'a' }, at_most_units: 1, per: 7 }) },
      /per: must be 1, 1000 or 1000000/,
    ],
    [
      'a table by no field',
      { price: { kind: 'table', by: ['model'], rows: [{ when: {}, price: { kind: 'flat', amount: '1' } }] } },
      /^price\.by\[0\]: names model/,
    ],
    [
      'a row of another field',
      { price: { kind: 'table', by: ['query'], rows: [{ when: { n: 1 }, price: { kind: 'flat', amount: '1' } }] } },
      /when\.n: is not among the fields of by/,
    ],
    [
      'a condition that is none',
      {
        price: {
          kind: 'table',
          by: ['query'],
          rows: [{ when: { query: { like: 'a' } }, price: { kind: 'flat', amount: '1' } }],
        },
      },
      /when\.query: can never be what query is/,
    ],
    [
      'a condition that is nothing',
      {
        price: {
          kind: 'table',
          by: ['query'],
          rows: [{ when: { query: null }, price: { kind: 'flat', amount: '1' } }],
        },
      },
      /when\.query: can never be what query is/,
    ],
    [
      'a table within a table',
      {
        price: {
          kind: 'table',
          by: ['query'],
          rows: [{ when: {}, price: { kind: 'table', by: ['query'], rows: [] } }],
        },
      },
      /price\.kind: must have a kind: flat, per_unit or reported/,
    ],
    ['a table without rows', { price: { kind: 'table', by: ['query'], rows: [] } }, /^price\.rows: must have a row/],
    [
      'times a text',
      {
        price: {
          kind: 'table',
          by: ['query'],
          rows: [{ when: {}, price: { kind: 'flat', amount: '1' } }],
          times: { path: 'query' },
        },
      },
      /^price\.times\.path: names query, which is no integer/,
    ],
    [
      'a number for a text',
      {
        payload: { query: text, a: { type: 'string' } },
        price: { kind: 'table', by: ['a'], rows: [{ when: { a: 5 }, price: { kind: 'flat', amount: '1' } }] },
      },
      /when\.a: can never be what a is, of the type string/,
    ],
    [
      'a text for an integer',
      {
        payload: { query: text, a: { type: 'integer' } },
        price: { kind: 'table', by: ['a'], rows: [{ when: { a: '3' }, price: { kind: 'flat', amount: '1' } }] },
      },
      /when\.a: can never be what a is, of the type integer/,
    ],
    [
      'a beginning of an integer',
      {
        payload: { query: text, a: { type: 'integer' } },
        price: {
          kind: 'table',
          by: ['a'],
          rows: [{ when: { a: { starts_with: '3' } }, price: { kind: 'flat', amount: '1' } }],
        },
      },
      /when\.a: can never be what a is, of the type integer/,
    ],
    [
      'a decimal for an integer',
      {
        payload: { query: text, a: { type: 'integer' } },
        price: { kind: 'table', by: ['a'], rows: [{ when: { a: 3.5 }, price: { kind: 'flat', amount: '1' } }] },
      },
      /when\.a: can never be what a is, of the type integer/,
    ],
    [
      'a text for a boolean',
      {
        payload: { query: text, a: { type: 'boolean' } },
        price: { kind: 'table', by: ['a'], rows: [{ when: { a: 'true' }, price: { kind: 'flat', amount: '1' } }] },
      },
      /when\.a: can never be what a is, of the type boolean/,
    ],
    [
      'two conditions in one',
      {
        payload: { query: text, a: { type: 'string' } },
        price: {
          kind: 'table',
          by: ['a'],
          rows: [{ when: { a: { starts_with: 'a', or: 'b' } }, price: { kind: 'flat', amount: '1' } }],
        },
      },
      /when\.a: can never be what a is, of the type string/,
    ],
    [
      'a table by a decimal',
      {
        payload: { query: text, a: { type: 'number' } },
        price: { kind: 'table', by: ['a'], rows: [{ when: { a: 1 }, price: { kind: 'flat', amount: '1' } }] },
      },
      /^price\.by\[0\]: names a, which is no text/,
    ],
  ];

  it.each(cases)('A9: %s', (_, changes, problem) => {
    expect(problemsOf(changes)).toContainEqual(expect.stringMatching(problem));
  });
});
