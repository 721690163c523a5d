import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callOf, definitionOf, wire } from '../test-support/definitions.js';
import { quoteCall } from './quote.js';
import { readUpstreamAnswer } from './upstream-answer.js';

const payload = {
  query: { type: 'string', required: true },
  n: { type: 'integer', minimum: 0, maximum: 1000, default: 2 },
  model: { type: 'string', default: 'small' },
  list: { type: 'array' },
};
const answered = (body: unknown) => ({ status: 200, headers: { 'X-Cost': '0.25' }, body: JSON.stringify(body) });
const flat = (amount: string) => ({ kind: 'flat', amount });
const counted = (term: object, base?: string) => ({ kind: 'per_unit', base, terms: [{ price: '0.01', ...term }] });
const ofAnswer = { unit: { of: 'answer', path: 'usage.n' }, at_most_units: { path: 'n' } };
const reported = (path: string) => ({ kind: 'reported', path, currency: 'USD', at_most: '0.30' });
const table = {
  kind: 'table',
  by: ['model', 'n'],
  rows: [
    { when: { model: 'small', n: 3 }, price: flat('0.5') },
    { when: { model: 'small' }, price: flat('0.01') },
    { when: { model: { starts_with: 'large-' } }, price: reported('cost') },
  ],
  times: { path: 'n' },
};

describe('what a call costs', () => {
  it.each([
    ['a flat price', flat('0.01'), {}, {}, 10_000n, 10_000n],
    ['a flat price of nothing', flat('0'), {}, {}, 0n, 0n],
    ['a number of the request', counted({ unit: { of: 'request', path: 'n' } }), { n: 7 }, {}, 70_000n, 70_000n],
    ['a base and a number', counted({ unit: { of: 'request', path: 'n' } }, '0.02'), { n: 1 }, {}, 30_000n, 30_000n],
    [
      'bytes of a text',
      counted({ unit: { of: 'request', path: 'query', count: 'bytes' } }),
      { query: 'äö' },
      {},
      40_000n,
      40_000n,
    ],
    [
      'characters by the dozen',
      counted({ unit: { of: 'request', path: 'query', count: 'characters', each: 12 } }),
      { query: 'x'.repeat(13) },
      {},
      20_000n,
      20_000n,
    ],
    [
      'items of a list',
      counted({ unit: { of: 'request', path: 'list', count: 'items' } }),
      { list: [1, 2, 3] },
      {},
      30_000n,
      30_000n,
    ],
    ['items of no list', counted({ unit: { of: 'request', path: 'list', count: 'items' } }), {}, {}, 0n, 0n],
    ['a number of the answer', counted(ofAnswer), { n: 5 }, { usage: { n: 3 } }, 50_000n, 30_000n],
    ['a number of the answer as text', counted(ofAnswer), { n: 5 }, { usage: { n: '3' } }, 50_000n, 30_000n],
    ['half a unit', counted(ofAnswer), { n: 1 }, { usage: { n: 0.5 } }, 10_000n, 5_000n],
    ['an explicit zero', counted(ofAnswer), { n: 5 }, { usage: { n: 0 } }, 50_000n, 0n],
    [
      'a bound of several for each',
      counted({ ...ofAnswer, at_most_units: { path: 'n', times: 10, plus: 1 } }),
      { n: 2 },
      { usage: { n: 1 } },
      210_000n,
      10_000n,
    ],
    ['a bound that is given', counted({ ...ofAnswer, at_most_units: 4 }), {}, { usage: { n: 1 } }, 40_000n, 10_000n],
    [
      'a price of a million',
      counted({ ...ofAnswer, price: '0.15', per: 1_000_000 }),
      { n: 1000 },
      { usage: { n: 1 } },
      150n,
      1n,
    ],
    ['what is reported', reported('cost.total'), {}, { cost: { total: 0.006 } }, 300_000n, 6000n],
    ['what is reported, as Python writes it', reported('cost'), {}, { cost: 6e-7 }, 300_000n, 1n],
    ['what is reported, in a list', reported('[0].cost'), {}, [{ cost: '0.1' }], 300_000n, 100_000n],
    ['what is reported in a header', reported('header:X-Cost'), {}, {}, 300_000n, 250_000n],
    ['an explicit zero that is reported', reported('cost'), {}, { cost: 0 }, 300_000n, 0n],
    ['more than was said', reported('cost'), {}, { cost: 7 }, 300_000n, 7_000_000n],
    ['the first row that fits', table, { n: 3 }, {}, 1_500_000n, 1_500_000n],
    ['the next row', table, { n: 4 }, {}, 40_000n, 40_000n],
    ['a row by how a name begins', table, { model: 'large-2', n: 2 }, { cost: 0.1 }, 600_000n, 200_000n],
    ['a row times nothing', table, { n: 0 }, {}, 0n, 0n],
  ])('B2: %s', (_, price, given, answer, estimate, units) => {
    const definition = definitionOf({ payload, price });
    const call = callOf(definition, { query: 'x', ...given });
    expect(call.estimate).toBe(estimate);
    expect(readUpstreamAnswer(definition, call, answered(answer))).toMatchObject({ ok: true, units });
  });

  it.each([
    [{}, /usage\.n is not there/],
    [{ usage: { n: null } }, /is not there/],
    [{ usage: { n: '' } }, /is no number/],
    [{ usage: { n: 'many' } }, /is no number/],
    [{ usage: { n: true } }, /is no number/],
    [{ usage: { n: [1] } }, /is no number/],
    [{ usage: { n: -1 } }, /is below zero/],
    [{ usage: { n: '-0.5' } }, /is below zero/],
    [{ usage: { n: 'NaN' } }, /is no number/],
    [{ usage: { n: 'Infinity' } }, /is no number/],
    [{ usage: { n: 1e99 } }, /is too large/],
    [{ usage: { n: '0x10' } }, /is no number/],
    [{ usage: [] }, /is not there/],
  ])('A9: %j yields no price, and never one of nothing', (answer, message) => {
    for (const price of [counted(ofAnswer), reported('usage.n')]) {
      const definition = definitionOf({ payload, price });
      const read = readUpstreamAnswer(definition, callOf(definition, { query: 'x' }), answered(answer));
      expect(read).toMatchObject({
        ok: false,
        fault: { kind: 'price_unknown', message: expect.stringMatching(message) },
      });
    }
  });

  it('A9: what no row of the table names has no price, so nothing is called', () => {
    const definition = definitionOf({ payload, price: table });
    expect(quoteCall(definition, wire({ query: 'x', model: 'huge' }))).toMatchObject({
      ok: false,
      code: 'price_unknown',
    });
  });

  it('A12: what no ledger could hold has no price', () => {
    const definition = definitionOf({
      payload,
      price: { ...counted({ unit: { of: 'request', path: 'n' }, price: '9007199254' }) },
    });
    expect(quoteCall(definition, wire({ query: 'x', n: 2 }))).toMatchObject({ ok: false, code: 'price_unknown' });
    expect(quoteCall(definition, wire({ query: 'x', n: 0 }))).toMatchObject({ ok: true, call: { estimate: 0n } });
  });

  it('B5: many small terms are summed exactly and rounded up once', () => {
    const terms = [1, 2, 3].map(() => ({ unit: { of: 'request', path: 'n' }, price: '0.1', per: 1_000_000 }));
    const definition = definitionOf({ payload, price: { kind: 'per_unit', terms } });
    // Three times a third of what would be rounded up: 0.3 of a unit, and 3 units.
    expect(callOf(definition, { query: 'x', n: 1 }).estimate).toBe(1n);
    expect(callOf(definition, { query: 'x', n: 10 }).estimate).toBe(3n);
  });

  it('B4: no answer that keeps to its bounds costs more than the estimate', () => {
    const amount = fc.integer({ min: 0, max: 5_000_000 }).map((units) => (units / 1_000_000).toFixed(6));
    const term = fc.record({
      price: amount,
      per: fc.constantFrom(1, 1000, 1_000_000),
      at_most_units: fc.oneof(
        fc.integer({ min: 0, max: 5000 }),
        fc.record({
          path: fc.constant('n'),
          times: fc.integer({ min: 1, max: 50 }),
          plus: fc.integer({ min: 0, max: 9 }),
        }),
      ),
    });
    const share = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(term, share), { minLength: 1, maxLength: 4 }),
        amount,
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 4 }),
        (parts, base, n, times) => {
          const terms = parts.map(([one], index) => ({ ...one, unit: { of: 'answer', path: `used[${index}]` } }));
          const definition = definitionOf({
            payload: { ...payload, times: { type: 'integer', minimum: 1, default: times } },
            price: {
              kind: 'table',
              by: ['model'],
              rows: [{ when: {}, price: { kind: 'per_unit', base, terms } }],
              times: { path: 'times' },
            },
          });
          const call = callOf(definition, { query: 'x', n });
          const bounds = parts.map(([{ at_most_units: most }]) =>
            typeof most === 'number' ? most : n * most.times + most.plus,
          );
          const some = bounds.map((bound, index) => (bound * parts[index]![1]) / 100);
          for (const used of [bounds, some, bounds.map(() => 0)]) {
            const read = readUpstreamAnswer(definition, call, answered({ used }));
            expect(read.ok && read.units <= call.estimate).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
