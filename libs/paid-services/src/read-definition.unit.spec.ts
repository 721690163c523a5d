import { describe, expect, it } from '@jest/globals';
import { definitionText, SMALLEST } from '../test-support/definitions.js';
import { readServiceDefinition } from './read-definition.js';

const problemsOf = (text: string) => {
  const read = readServiceDefinition(text);
  return read.ok ? [] : read.problems.map(({ field, message }) => `${field}: ${message}`);
};

describe('the text of a definition', () => {
  it('A10: of the smallest one is read, with amounts as the shortest decimal', () => {
    const read = readServiceDefinition(
      definitionText({ price: { kind: 'flat', amount: 0.05 }, max_credits_recommended: '0.50' }),
    );
    expect(read).toMatchObject({
      ok: true,
      definition: { name: 'echo', price: { kind: 'flat', amount: '0.05' }, max_credits_recommended: '0.5' },
    });
  });

  it('A10: says the line and the field of everything that is wrong, in the order of the lines', () => {
    const text = `{
  "name": "Echo!",
  "title": "Echo",
  "categry": "search",
  "call": {
    "method": "FETCH",
    "url": "https://api.example.com/"
  },
  "payload": { "query": { "type": "string", "maxlength": 3 } },
  "price": { "kind": "flat", "amount": "0.0000001" },
  "timeout_seconds": 30,
  "retries": 0,
  "max_credits_recommended": "0.05"
}`;
    const read = readServiceDefinition(text);
    expect(read).toEqual({
      ok: false,
      problems: [
        { line: 1, field: 'category', message: 'is missing' },
        { line: 2, field: 'name', message: 'must be 1 to 64 of a-z, 0-9, dot, _ and -' },
        { line: 4, field: 'categry', message: 'is not a field of a definition' },
        { line: 6, field: 'call.method', message: 'must be GET, POST, PUT, PATCH or DELETE' },
        { line: 9, field: 'payload.query.maxlength', message: 'is not a field of a definition' },
        { line: 10, field: 'price.amount', message: expect.stringMatching(/decimals/) },
        { line: 11, field: 'timeout_seconds', message: 'must be a whole JSON number from 1 to 22' },
      ],
    });
  });

  it('A10: that is no JSON is refused with the line where it stops being it', () => {
    const broken = definitionText().replace('"retries": 0,', '"retries": 0,,');
    const line = broken.split('\n').findIndex((one) => one.includes(',,')) + 1;
    expect(readServiceDefinition(broken)).toEqual({
      ok: false,
      problems: [{ line, field: 'definition', message: expect.stringMatching(/^is not JSON/) }],
    });
  });

  it.each([
    ['', /is not JSON/],
    ['[]', /must be a JSON object/],
    ['7', /must be a JSON object/],
    ['{"name":"a","name":"b"}', /is not JSON/],
    [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, /is nested too deeply/],
    [`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, /is nested too deeply/],
    [definitionText({ title: 'x'.repeat(70_000) }), /is larger than 64 KiB/],
    [definitionText({ title: 'a\0b' }), /NUL/],
  ])('A10: %.30s is refused as a whole', (text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(message)]);
  });

  it('A10: refuses every field that is missing and needed, each by its name', () => {
    const needed = Object.keys(SMALLEST);
    for (const name of needed) {
      const rest: Record<string, unknown> = { ...SMALLEST };
      delete rest[name];
      expect(problemsOf(JSON.stringify(rest))).toContainEqual(
        expect.stringMatching(new RegExp(`^${name}[^:]*: .*(missing|must have a kind)`)),
      );
    }
  });

  it.each(['0.0000001', '1e-7', -0.01, '-1', 'NaN', '', '1,5', true, null, '99999999999999'])(
    'A12: refuses %p as a price',
    (amount) => {
      expect(problemsOf(definitionText({ price: { kind: 'flat', amount } }))).toEqual([
        expect.stringMatching(/^price\.amount: /),
      ]);
    },
  );
});
