import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJson, type JsonObject } from '#contracts';
import { callOf, definitionOf } from '../test-support/definitions.js';
import { quoteCall } from './quote.js';
import { upstreamRequest } from './upstream-request.js';

const text = { type: 'string', required: true };
const link = { ...text, format: 'url' };
const everywhere = definitionOf({
  call: {
    method: 'POST',
    url: 'https://api.example.com:8443/v1/{payload.a}/of-{payload.b}?fixed=1&c={payload.c}',
    query: { q: '{payload.a}', 'r[]': 'x{payload.b}y' },
    headers: { 'X-A': '{payload.c}' },
    body: {
      json: {
        whole: '{payload.a}',
        part: 'say "{payload.b}", {{so}}',
        list: ['{payload.c}', 1],
        deep: { a: '{payload.b}' },
      },
    },
  },
  payload: { a: text, b: text, c: text },
  secret: { placed: 'header', name: 'Authorization', prefix: 'Bearer ' },
});
/** What has opened doors elsewhere, and anything else. */
const value = fc.oneof(
  fc.constantFrom(
    '"',
    "'",
    '\n',
    '\r\nX-Evil: 1',
    '{payload.c}',
    '{secret.value}',
    '/../',
    '/../../admin',
    '..',
    '.',
    '%2e%2e',
    '@evil.example',
    'https://evil.example',
    '//evil.example',
    '#',
    '?',
    '&admin=1',
    '\\',
    '"},"evil":{"',
    ' ',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
);

describe('the request of a call', () => {
  it('A6: no value changes its origin, its path before and after, its header names or the JSON around it', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        const quote = quoteCall(everywhere, { a, b, c });
        if (!quote.ok) {
          expect(quote.code).toBe('payload_invalid');
          return;
        }
        const request = upstreamRequest(everywhere, quote.call, { value: 'key' });
        const url = new URL(request.url);
        expect(url.origin).toBe('https://api.example.com:8443');
        const [, version, first, second, ...more] = url.pathname.split('/');
        expect([version, decodeURIComponent(first!), decodeURIComponent(second!), more]).toEqual([
          'v1',
          a,
          `of-${b}`,
          [],
        ]);
        expect([...url.searchParams]).toEqual([
          ['fixed', '1'],
          ['c', c],
          ['q', a],
          ['r[]', `x${b}y`],
        ]);
        expect(url.hash).toBe('');
        expect(Object.keys(request.headers)).toEqual(['accept', 'content-type', 'x-a', 'authorization']);
        expect(request.headers['x-a']).toBe(c);
        expect(Object.values(request.headers).join('')).not.toMatch(/[\r\n\0]/);
        expect(JSON.parse(request.body!)).toEqual({ whole: a, part: `say "${b}", {so}`, list: [c, 1], deep: { a: b } });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['.', 'x'],
    ['..', 'x'],
    ['', 'x'],
  ])('G4: refuses the values %j and %j, which no encoding keeps in their segment', (a, b) => {
    expect(quoteCall(everywhere, { a, b, c: 'c' })).toMatchObject({
      ok: false,
      code: 'payload_invalid',
      problems: [{ field: 'payload', message: expect.stringMatching(/URL/) }],
    });
  });

  it.each(['a\nb', 'ä', '\t'])('G4: refuses %j for a header', (c) => {
    expect(quoteCall(everywhere, { a: 'a', b: 'b', c })).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/header x-a/) }],
    });
  });

  it('G4: a URL that is passed on as it is stays behind the path of the definition', () => {
    const reader = definitionOf({
      call: { method: 'GET', url: 'https://r.example.com/read/{+payload.url}' },
      payload: { url: link },
    });
    const parts = fc.record({
      scheme: fc.constantFrom('http:', 'https:', 'HTTPS:', 'javascript:', 'file:', ''),
      slashes: fc.constantFrom('//', '/', ''),
      host: fc.constantFrom('a.example', 'user@a.example', 'u:p@a.example', '', '..', '[::1]', 'a.example:81'),
      path: fc.oneof(
        fc.constantFrom('', '/', '/../..', '/%2e%2e/x', '/a/../../b', '/a b', '/"\n', '\\..\\', '/.'),
        fc.string().map((one) => `/${one}`),
      ),
      search: fc.constantFrom('', '?a=/../b', '?@evil.example', '?a#b'),
      hash: fc.constantFrom('', '#', '#@evil.example'),
    });
    fc.assert(
      fc.property(parts, ({ scheme, slashes, host, path, search, hash }) => {
        const target = `${scheme}${slashes}${host}${path}${search}${hash}`;
        const quote = quoteCall(reader, { url: target });
        if (!quote.ok) return;
        const { url } = upstreamRequest(reader, quote.call, undefined);
        const sent = new URL(url);
        expect(sent.origin).toBe('https://r.example.com');
        expect(sent.pathname).toMatch(/^\/read\/https?:\/\/[^/]/);
        const expected = new URL(target);
        expect(sent.href).toBe(`https://r.example.com/read/${expected.href.split('#')[0]}`);
        expect(expected.username + expected.password + sent.hash).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('A12: keeps the JSON type of a field, and a number as it was written', () => {
    const definition = definitionOf({
      call: {
        method: 'POST',
        url: 'https://a.example/',
        body: {
          json: {
            n: '{payload.n}',
            t: 'n={payload.n}',
            b: '{payload.b}',
            l: '{payload.l}',
            o: '{payload.o}',
            fixed: 1.5,
          },
        },
      },
      payload: { n: { type: 'number' }, b: { type: 'boolean' }, l: { type: 'array' }, o: { type: 'object' } },
    });
    const given = readJson('{"n":1.50,"b":false,"l":[1.0,null,"{payload.n}"],"o":{"a":{"b":1e3}}}');
    const quote = quoteCall(definition, given.ok && given.value);
    if (!quote.ok) throw new Error(JSON.stringify(quote));
    const { body } = upstreamRequest(definition, quote.call, undefined);
    expect(body).toBe('{"n":1.50,"t":"n=1.50","b":false,"l":[1.0,null,"{payload.n}"],"o":{"a":{"b":1e3}},"fixed":1.5}');
  });

  it('A10: what is absent drops its entry, and the item of a list that it stands in', () => {
    const definition = definitionOf({
      call: {
        method: 'POST',
        url: 'https://a.example/',
        query: { a: '{payload.a}', b: '{payload.b}' },
        headers: { 'X-A': 'a {payload.a}', 'X-B': '{payload.b}' },
        body: {
          json: {
            a: '{payload.a}',
            b: '{payload.b}',
            l: [{ k: 1, v: '{payload.a}' }, { k: 2, v: '{payload.b}' }, '{payload.a}'],
            o: { a: '{payload.a}' },
            either: '{payload.a|payload.b}',
          },
        },
      },
      payload: { a: { type: 'string' }, b: { type: 'string' } },
    });
    const request = upstreamRequest(definition, callOf(definition, { b: 'B' }), undefined);
    expect(request).toEqual({
      method: 'POST',
      url: 'https://a.example/?b=B',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-b': 'B' },
      body: '{"b":"B","l":[{"k":2,"v":"B"}],"o":{},"either":"B"}',
    });
  });

  it('A10: sends a form as such', () => {
    const definition = definitionOf({
      call: {
        method: 'POST',
        url: 'https://a.example/',
        body: { form: { To: '{payload.query}', Fixed: 'a&b=c', None: '{payload.none}' } },
      },
      payload: { query: text, none: { type: 'boolean' } },
    });
    const { headers, body } = upstreamRequest(definition, callOf(definition, { query: '+1 ä&x=1' }), undefined);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toBe('To=%2B1%20%C3%A4%26x%3D1&Fixed=a%26b%3Dc');
    expect([...new URLSearchParams(body)]).toEqual([
      ['To', '+1 ä&x=1'],
      ['Fixed', 'a&b=c'],
    ]);
  });

  const parts = [
    { name: 'user', sandbox: 'somebody' },
    { name: 'word', default: 'open' },
  ];
  it.each([
    [
      { placed: 'header', name: 'X-Key', prefix: 'Key ' },
      { value: 'v' },
      { 'x-key': 'Key v' },
      '',
      { 'x-key': 'Key sandbox' },
    ],
    [
      { placed: 'header', name: 'X-Key', part: 'word', parts },
      { user: 'u', word: 'w' },
      { 'x-key': 'w' },
      '',
      { 'x-key': 'open' },
    ],
    [{ placed: 'query', name: 'key' }, { value: 'a&b' }, {}, '?key=a%26b', {}],
    [
      { placed: 'basic', username: 'user', password: 'word', parts },
      { user: 'u', word: 'w:ä' },
      { authorization: `Basic ${Buffer.from('u:w:ä').toString('base64')}` },
      '',
      { authorization: `Basic ${Buffer.from('somebody:open').toString('base64')}` },
    ],
  ])(
    'F4: places a secret as %j says, and what stands for it in the sandbox',
    (secret, values, headers, search, sandbox) => {
      const definition = definitionOf({ call: { method: 'GET', url: 'https://a.example/' }, secret });
      const call = callOf(definition, { query: 'x' });
      const request = upstreamRequest(definition, call, values);
      expect(request).toEqual({
        method: 'GET',
        url: `https://a.example/${search}`,
        headers: { accept: 'application/json', ...headers },
      });
      expect(upstreamRequest(definition, call, undefined).headers).toMatchObject(sandbox);
      expect(JSON.stringify(upstreamRequest(definition, call, undefined))).not.toContain(
        Object.values(values)[0] === 'v' ? 'Key v' : 'a%26b',
      );
    },
  );

  it('C3: sends the key of the call where the provider takes one, and no other header of that name', () => {
    const keyed = definitionOf({ idempotency: { header: 'Idempotency-Key' } });
    const call = callOf(keyed, { query: 'x' });
    expect(upstreamRequest(keyed, call, undefined, { idempotency_key: 'k-1' }).headers['idempotency-key']).toBe('k-1');
    expect(upstreamRequest(keyed, call, undefined).headers).not.toHaveProperty('idempotency-key');
    expect(upstreamRequest(definitionOf(), call, undefined, { idempotency_key: 'k-1' }).headers).not.toHaveProperty(
      'idempotency-key',
    );
  });

  it('C1: is the same for the same call', () => {
    const call = callOf(everywhere, { a: 'a', b: 'b', c: 'c' });
    expect(upstreamRequest(everywhere, call, { value: 'v' })).toEqual(
      upstreamRequest(everywhere, call, { value: 'v' }),
    );
  });

  it('A10: asks for a stream only where the call is one', () => {
    const definition = definitionOf({
      payload: { query: text, stream: { type: 'boolean' } },
      stream: { field: 'stream', body: { stream: true, options: { n: 1 } }, timeout_seconds: 60 },
    });
    const bodyOf = (payload: JsonObject) => upstreamRequest(definition, callOf(definition, payload), undefined);
    expect(bodyOf({ query: 'x', stream: true })).toMatchObject({
      body: '{"text":"x","stream":true,"options":{"n":1}}',
      headers: { accept: 'text/event-stream' },
    });
    expect(bodyOf({ query: 'x', stream: false })).toMatchObject({
      body: '{"text":"x"}',
      headers: { accept: 'application/json' },
    });
  });
});
