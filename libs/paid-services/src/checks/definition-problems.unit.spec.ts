import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { problemsOf } from '../../test-support/definitions.js';

const get = (url: string, more: object = {}) => ({ method: 'GET', url, ...more });
const text = { type: 'string', required: true };
const typed = (more: object) => ({ call: 'search', payload: { query: 'query' }, answer: { result: 'a' }, ...more });

describe('a definition whose parts do not fit each other', () => {
  const cases: [string, JsonObject, RegExp][] = [
    // Payloads.
    ['an unknown type', { payload: { query: { type: 'text' } } }, /^payload\.query\.type: must have a type/],
    ['a name that is none', { payload: { 'a b': text, query: text } }, /^payload\.a b: must be named/],
    [
      'a default of another type',
      { payload: { query: { type: 'string', default: 5 } } },
      /^payload\.query\.default: must be a text/,
    ],
    [
      'a default out of bounds',
      { payload: { query: text, n: { type: 'integer', maximum: 3, default: 4 } } },
      /^payload\.n\.default: must be at most 3/,
    ],
    [
      'a default that is none of them',
      { payload: { query: { type: 'string', one_of: ['a'], default: 'b' } } },
      /^payload\.query\.default: must be one of a/,
    ],
    [
      'bounds that nothing keeps',
      { payload: { query: text, n: { type: 'integer', minimum: 3, maximum: 2 } } },
      /^payload\.n: has a lower bound above/,
    ],
    [
      'lengths that nothing keeps',
      { payload: { query: { ...text, min_length: 3, max_length: 2 } } },
      /^payload\.query: has a lower bound above/,
    ],
    [
      'a list of too few',
      { payload: { query: text, l: { type: 'array', min_items: 2, max_items: 1 } } },
      /^payload\.l: has a lower bound above/,
    ],
    [
      'a bad field of an item',
      { payload: { query: text, l: { type: 'array', items: { type: 'integer', default: 'x' } } } },
      /^payload\.l\.items\.default/,
    ],
    [
      'a bad field of an object',
      { payload: { query: text, o: { type: 'object', fields: { a: { type: 'boolean', default: 1 } } } } },
      /^payload\.o\.fields\.a\.default/,
    ],
    [
      'an alias that is a field',
      { payload: { query: { ...text, aliases: ['q'] }, q: text } },
      /^payload\.query\.aliases\[0\]: is a field already/,
    ],
    // Secrets.
    ['no such part', { secret: { placed: 'header', name: 'A', part: 'key' } }, /^secret\.part: is no part/],
    [
      'no such user',
      { secret: { placed: 'basic', username: 'a', password: 'b', parts: [{ name: 'b' }] } },
      /^secret\.username: is no part/,
    ],
    [
      'a part twice',
      { secret: { placed: 'header', name: 'A', parts: [{ name: 'a' }, { name: 'a' }] } },
      /^secret\.parts\[1\]\.name: is a part already/,
    ],
    [
      'a prefix of two lines',
      { secret: { placed: 'header', name: 'A', prefix: 'a\n' } },
      /^secret\.prefix: must be printable/,
    ],
    ['a place that is none', { secret: { placed: 'cookie', name: 'A' } }, /^secret\.placed: must be placed/],
    // Answers.
    ['a field of every answer', { answer: { receipt: 'a' } }, /^answer\.receipt: is a field of every paid answer/],
    [
      'a path of the answer that is none',
      { answer: { a: { first_of: ['b', '.c'] } } },
      /^answer\.a\.first_of\[1\]: cannot be read as a path/,
    ],
    [
      'a field of a text',
      { answers_with: 'text', answer: { a: 'b' } },
      /^answer\.a: names a field of the answer, which is text/,
    ],
    ['no answer of the typed call', { typed: typed({ answer: { url: 'a' } }) }, /^typed\.answer: lacks result/],
    [
      'another answer of the typed call',
      { typed: typed({ answer: { result: 'a', url: 'b' } }) },
      /^typed\.answer\.url: is no field of the answer of search/,
    ],
    [
      'a typed answer from a header',
      { typed: typed({ answer: { result: 'header:x-a' } }) },
      /^typed\.answer\.result: names a header/,
    ],
    ['a field that typed calls do not give', { typed: typed({ payload: {} }) }, /^typed\.payload: lacks query/],
    [
      'a field of no payload',
      { typed: typed({ payload: { query: 'query', q: 'query' } }) },
      /^typed\.payload\.q: is no field of the payload/,
    ],
    [
      'a field that says who pays',
      { typed: typed({ payload: { query: 'agent_id' } }) },
      /^typed\.payload\.query: is taken from agent_id/,
    ],
    // Streams.
    [
      'a stream that nothing asks for',
      { stream: { field: 'stream', body: {}, timeout_seconds: 60 } },
      /^stream\.field: is no boolean field/,
    ],
    [
      'a stream asked for by a text',
      { stream: { field: 'query', body: {}, timeout_seconds: 60 } },
      /^stream\.field: is no boolean field/,
    ],
    [
      'a stream without a body',
      {
        call: get('https://a.example/'),
        payload: { stream: { type: 'boolean' } },
        stream: { field: 'stream', body: {}, timeout_seconds: 60 },
      },
      /^stream: needs a body/,
    ],
  ];

  it.each(cases)('A9: %s', (_, changes, problem) => {
    expect(problemsOf(changes)).toContainEqual(expect.stringMatching(problem));
  });

  it('A10: several faults are told together', () => {
    const found = problemsOf({
      call: get('https://{payload.a}/', { query: { q: '{payload.b}' } }),
      answer: { receipt: '..' },
    });
    expect(found).toHaveLength(4);
  });

  it('A10: what fits is taken', () => {
    expect(
      problemsOf({
        call: {
          method: 'PUT',
          url: 'https://api.example.com/{secret.account}/{payload.n}?v=1',
          query: { q: '{{{payload.query}}}' },
          headers: { 'X-A': '{payload.query}' },
          body: { form: { a: '{payload.query}' } },
        },
        payload: {
          query: text,
          n: { type: 'integer', minimum: 1, default: 5 },
          link: { type: 'string', format: 'url' },
        },
        secret: { placed: 'query', name: 'key', part: 'key', parts: [{ name: 'key' }, { name: 'account' }] },
        price: {
          kind: 'table',
          by: ['query', 'n'],
          rows: [{ when: { query: { starts_with: 'a' }, n: 5 }, price: { kind: 'flat', amount: 0 } }],
          times: { path: 'n' },
        },
        answer: { a: 'header:x-a', b: { first_of: ['b[0].c', '[1]'], otherwise: null } },
        typed: typed({}),
        idempotency: { header: 'Idempotency-Key' },
      }),
    ).toEqual([]);
  });
});
