import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { problemsOf } from '../../test-support/definitions.js';

const post = (json: unknown) => ({ method: 'POST', url: 'https://api.example.com/', body: { json } });
const get = (url: string, more: object = {}) => ({ method: 'GET', url, ...more });
const link = { type: 'string', required: true, format: 'url' };

describe('a call that could not be made, or not only where its definition says', () => {
  const cases: [string, JsonObject, RegExp][] = [
    // Templates.
    [
      'a template of no field',
      { call: post('{payload.qury}') },
      /^call\.body\.json: names payload\.qury, which is no field/,
    ],
    [
      'a template of something else',
      { call: post({ a: ['{env.HOME}'] }) },
      /^call\.body\.json\.a\[0\]: has \{env\.HOME\}/,
    ],
    ['a template within a template', { call: post('{payload.{payload.query}}') }, /^call\.body\.json: has/],
    ['a single brace', { call: post('a { b') }, /a brace is written twice/],
    ['code in a template', { call: post('{payload.query + 1}') }, /^call\.body\.json: has/],
    ['a field below a text', { call: post('{payload.query.a}') }, /names payload\.query\.a, which is no field/],
    [
      'a list in a text',
      { call: post('x {payload.query}'), payload: { query: { type: 'array' } } },
      /in a text, where no list/,
    ],
    [
      'a list in a header',
      {
        call: get('https://a.example/', { headers: { 'X-A': '{payload.query}' } }),
        payload: { query: { type: 'array' } },
      },
      /^call\.headers\.X-A: .*no list/,
    ],
    ['a part of no secret', { call: post('{secret.value}') }, /names secret\.value, which is no part/],
    ['a raw value in a body', { call: post('{+payload.query}') }, /may have \{\+…\} in the URL only/],
    // The URL.
    ['a template for a host', { call: get('https://{payload.query}/') }, /^call\.url: must begin with/],
    [
      'a template for a part of a host',
      { call: get('https://{payload.query}.example.com/') },
      /^call\.url: must begin with/,
    ],
    ['a template for a port', { call: get('https://example.com:{payload.query}/') }, /^call\.url: must begin with/],
    ['a template for a scheme', { call: get('{payload.query}://example.com/') }, /^call\.url: must begin with/],
    [
      'a host with nothing behind it',
      { call: get('https://example.com{payload.query}') },
      /^call\.url: must begin with/,
    ],
    ['a user in the URL', { call: get('https://user@example.com/') }, /^call\.url: must begin with/],
    ['another scheme', { call: get('file:///etc/passwd') }, /^call\.url: must begin with/],
    ['a fragment', { call: get('https://example.com/#a') }, /^call\.url: must be a URL in its normal form/],
    ['a way up', { call: get('https://example.com/a/../b') }, /^call\.url: must be a URL in its normal form/],
    ['a space', { call: get('https://example.com/a b') }, /^call\.url: must be a URL in its normal form/],
    [
      'an absent field in the URL',
      { call: get('https://example.com/{payload.query}'), payload: { query: { type: 'string' } } },
      /may be absent/,
    ],
    [
      'a raw value that is no URL',
      { call: get('https://example.com/{+payload.query}') },
      /of a field of the format url only/,
    ],
    [
      'a raw value that is not the end',
      { call: get('https://example.com/{+payload.query}/a'), payload: { query: link } },
      /only at the end of its path/,
    ],
    [
      'a raw value in a query',
      { call: get('https://example.com/?a={+payload.query}'), payload: { query: link } },
      /only at the end of its path/,
    ],
    [
      'a raw value after no slash',
      { call: get('https://example.com/a{+payload.query}'), payload: { query: link } },
      /only at the end of its path/,
    ],
    [
      'a query beside a raw value',
      { call: get('https://example.com/{+payload.query}', { query: { a: '1' } }), payload: { query: link } },
      /beside which no query/,
    ],
    [
      'a secret beside a raw value',
      {
        call: get('https://example.com/{+payload.query}'),
        payload: { query: link },
        secret: { placed: 'query', name: 'key' },
      },
      /beside which no query/,
    ],
    // Headers and bodies.
    ['a body with GET', { call: { ...post({}), method: 'GET' } }, /^call\.body: cannot be sent with GET/],
    [
      'one header twice',
      { call: get('https://a.example/', { headers: { 'X-A': '1', 'x-a': '2' } }) },
      /^call\.headers\.x-a: is a header that is set already/,
    ],
    [
      'the header of the secret',
      {
        call: get('https://a.example/', { headers: { authorization: '1' } }),
        secret: { placed: 'header', name: 'Authorization' },
      },
      /is set already/,
    ],
    [
      'the header of basic',
      {
        call: get('https://a.example/', { headers: { Authorization: '1' } }),
        secret: { placed: 'basic', username: 'value', password: 'value' },
      },
      /is set already/,
    ],
    [
      'the header of the key',
      { call: post({}), secret: { placed: 'header', name: 'X-Key' }, idempotency: { header: 'x-key' } },
      /^idempotency\.header: is a header/,
    ],
    [
      'a header of the connection',
      { call: get('https://a.example/', { headers: { Host: 'b.example' } }) },
      /^call\.headers\.Host: must be a header/,
    ],
    [
      'a header of two lines',
      { call: get('https://a.example/', { headers: { 'X-A': 'a\nb' } }) },
      /^call\.headers\.X-A: must be printable ASCII/,
    ],
    [
      'a header name of two lines',
      { call: get('https://a.example/', { headers: { 'X-A\nX-B': 'a' } }) },
      /must be a header/,
    ],
    [
      'a body of both forms',
      { call: { ...post({}), body: { json: {}, form: {} } } },
      /^call\.body: must be \{json\} or \{form\}/,
    ],
  ];

  it.each(cases)('A9: %s', (_, changes, problem) => {
    expect(problemsOf(changes)).toContainEqual(expect.stringMatching(problem));
  });
});
