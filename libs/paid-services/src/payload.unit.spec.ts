import { describe, expect, it } from '@jest/globals';
import { JsonNumber, readJson, writeJson } from '#contracts';
import { definitionOf } from '../test-support/definitions.js';
import { quoteCall } from './quote.js';

const definition = definitionOf({
  payload: {
    query: { type: 'string', required: true, min_length: 2, max_length: 5, aliases: ['q'] },
    kind: { type: 'string', one_of: ['a', 'b'], default: 'a' },
    short: { type: 'string', max_bytes: 4 },
    url: { type: 'string', format: 'url' },
    n: { type: 'integer', minimum: -1, maximum: 3 },
    pick: { type: 'integer', one_of: [1, 5] },
    x: { type: 'number', minimum: 0, maximum: 1 },
    on: { type: 'boolean', default: false },
    list: { type: 'array', items: { type: 'string', max_length: 2 }, min_items: 1, max_items: 2 },
    any: { type: 'array' },
    free: { type: 'object' },
    point: { type: 'object', fields: { x: { type: 'integer', required: true }, y: { type: 'integer', default: 7 } } },
  },
});

function quote(payload: string) {
  const read = readJson(payload);
  return quoteCall(definition, read.ok || read.code === 'body_invalid' ? read.value : undefined);
}
const payloadOf = (payload: string) => {
  const quoted = quote(payload);
  return quoted.ok ? quoted.call.payload : quoted;
};
const number = (text: string) => new JsonNumber(text);

describe('the payload of a call', () => {
  it.each([
    ['{"query":"abc"}', { query: 'abc', kind: 'a', on: false }],
    ['{"q":"abc"}', { query: 'abc', kind: 'a', on: false }],
    ['{"query":"abc","other":{"deep":[1]}}', { query: 'abc', kind: 'a', on: false }],
    ['{"query":"abc","kind":null,"n":null}', { query: 'abc', kind: 'a', on: false }],
    ['{"query":"abc","n":2.0,"x":0.50}', { query: 'abc', kind: 'a', on: false, n: number('2'), x: number('0.50') }],
    ['{"query":"abc","n":-0}', { query: 'abc', kind: 'a', on: false, n: number('0') }],
    ['{"query":"abc","point":{"x":1,"z":2}}', { query: 'abc', kind: 'a', on: false, point: { x: number('1'), y: 7 } }],
    [
      '{"query":"abc","free":{"a":[1.0,null]}}',
      { query: 'abc', kind: 'a', on: false, free: { a: [number('1.0'), null] } },
    ],
    ['{"query":"abc","url":"HTTPS://Example.com"}', { query: 'abc', kind: 'a', on: false, url: 'HTTPS://Example.com' }],
  ])('A10: %s is taken, with defaults and without what nobody named', (given, payload) => {
    const expected = 'point' in payload ? { ...payload, point: { x: number('1'), y: number('7') } } : payload;
    expect(payloadOf(given)).toEqual(expected);
  });

  it.each([
    ['[]', 'payload', /must be a JSON object/],
    ['{}', 'payload.query', /is missing/],
    ['{"query":null}', 'payload.query', /is missing/],
    ['{"query":5}', 'payload.query', /must be a text/],
    ['{"query":"a"}', 'payload.query', /at least 2/],
    ['{"q":"a"}', 'payload.q', /at least 2/],
    ['{"query":"abcdef"}', 'payload.query', /at most 5/],
    ['{"query":"abc","q":"abc"}', 'payload.q', /is another name of query/],
    ['{"query":"a\\u0000b"}', 'payload.query', /NUL/],
    ['{"query":"a\\ud800b"}', 'payload.query', /lone surrogate/],
    ['{"query":"abc","kind":"c"}', 'payload.kind', /must be one of a, b/],
    ['{"query":"abc","short":"äöü"}', 'payload.short', /at most 4 bytes/],
    ['{"query":"abc","url":"ftp://example.com"}', 'payload.url', /must be an http or https URL/],
    ['{"query":"abc","url":"https://u:p@example.com"}', 'payload.url', /must be an http or https URL/],
    ['{"query":"abc","url":"example.com"}', 'payload.url', /must be an http or https URL/],
    ['{"query":"abc","url":"https://"}', 'payload.url', /must be an http or https URL/],
    ['{"query":"abc","url":"https://a\\"b/"}', 'payload.url', /must be an http or https URL/],
    ['{"query":"abc","n":1.5}', 'payload.n', /whole/],
    ['{"query":"abc","n":"1"}', 'payload.n', /whole/],
    ['{"query":"abc","n":1e2}', 'payload.n', /whole/],
    ['{"query":"abc","n":99999999999999999999}', 'payload.n', /whole/],
    ['{"query":"abc","n":4}', 'payload.n', /at most 3/],
    ['{"query":"abc","n":-2}', 'payload.n', /at least -1/],
    ['{"query":"abc","pick":2}', 'payload.pick', /must be one of 1, 5/],
    ['{"query":"abc","x":1.01}', 'payload.x', /at most 1/],
    ['{"query":"abc","x":-0.01}', 'payload.x', /at least 0/],
    ['{"query":"abc","x":1e999}', 'payload.x', /is too large/],
    ['{"query":"abc","x":true}', 'payload.x', /must be a JSON number/],
    ['{"query":"abc","on":"true"}', 'payload.on', /must be true or false/],
    ['{"query":"abc","list":"ab"}', 'payload.list', /must be a list/],
    ['{"query":"abc","list":[]}', 'payload.list', /at least 1/],
    ['{"query":"abc","list":["a","b","c"]}', 'payload.list', /at most 2/],
    ['{"query":"abc","list":["a","bcd"]}', 'payload.list[1]', /at most 2/],
    ['{"query":"abc","list":[null]}', 'payload.list[0]', /must be a text/],
    ['{"query":"abc","any":["a\\u0000"]}', 'payload.any', /NUL/],
    ['{"query":"abc","free":[]}', 'payload.free', /must be a JSON object/],
    ['{"query":"abc","free":{"a\\u0000":1}}', 'payload.free', /NUL/],
    [`{"query":"abc","free":{"a":${'['.repeat(30)}${']'.repeat(30)}}}`, 'payload.free', /nested too deeply/],
    ['{"query":"abc","point":{}}', 'payload.point.x', /is missing/],
  ])('A10: %.60s is refused at %s', (given, field, message) => {
    expect(quote(given)).toEqual({
      ok: false,
      code: 'payload_invalid',
      problems: [{ field, message: expect.stringMatching(message) }],
    });
  });

  it('A10: tells of every field that is wrong at once', () => {
    expect(quote('{"n":9,"x":9,"list":["abc","def"]}')).toMatchObject({
      problems: [
        { field: 'payload.query' },
        { field: 'payload.n' },
        { field: 'payload.x' },
        { field: 'payload.list[0]' },
        { field: 'payload.list[1]' },
      ],
    });
  });

  it('C1: is the same when it is asked again as it was kept', () => {
    const first = quote('{"q":"abc","n":2.0,"x":0.50,"point":{"x":1},"other":1}');
    const again = first.ok && quote(writeJson(first.call.payload));
    expect(again).toEqual(first);
  });

  it('A9: takes what a prototype has for a field of nobody', () => {
    const odd = definitionOf({
      payload: {
        query: { type: 'string', required: true },
        constructor: { type: 'string' },
        toString: { type: 'string' },
      },
    });
    expect(quoteCall(odd, { query: 'x' })).toMatchObject({ ok: true, call: { payload: { query: 'x' } } });
    expect(Object.keys((quoteCall(odd, { query: 'x' }) as { call: { payload: object } }).call.payload)).toEqual([
      'query',
    ]);
  });
});
