import { describe, expect, it } from '@jest/globals';
import { writeJson, type JsonObject } from '#contracts';
import { callOf, definitionOf } from '../test-support/definitions.js';
import { readUpstreamAnswer } from './upstream-answer.js';

const read = (changes: JsonObject, body: string, status = 200, headers: Record<string, string> = {}) => {
  const definition = definitionOf(changes);
  return readUpstreamAnswer(definition, callOf(definition, { query: 'x' }), { status, headers, body });
};
const bodyOf = (changes: JsonObject, body: string, headers?: Record<string, string>) => {
  const answer = read(changes, body, 200, headers);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return writeJson(answer.body);
};

describe('the answer of an upstream', () => {
  it.each([
    [
      'an object stands as it is',
      {},
      '{"a":1.50,"b":{"c":[1e5,9007199254740993]}}',
      '{"a":1.50,"b":{"c":[1e5,9007199254740993]}}',
    ],
    ['a list stands under result', {}, '[1.0]', '{"result":[1.0]}'],
    ['a bare value stands under result', {}, '"a"', '{"result":"a"}'],
    ['null stands under result', {}, 'null', '{"result":null}'],
    ['text stands under content', { answers_with: 'text' }, '# A "title"\n', '{"content":"# A \\"title\\"\\n"}'],
    ['text may be JSON and stays text', { answers_with: 'text' }, '{"a":1}', '{"content":"{\\"a\\":1}"}'],
    ['nothing is an empty object', { answers_with: 'nothing' }, '', '{}'],
    ['something where nothing was said is kept', { answers_with: 'nothing' }, '{"a":1}', '{"a":1}'],
    ['what cannot be stored is replaced', {}, '{"a":"x\\u0000y\\ud800"}', '{"a":"x\ufffdy\ufffd"}'],
    ['text that cannot be stored is too', { answers_with: 'text' }, 'x\0y', '{"content":"x\ufffdy"}'],
  ])('B3: %s', (_, changes, body, expected) => {
    expect(bodyOf(changes, body)).toBe(expected);
  });

  const answer = {
    plain: 'a.b[1]',
    every: 'list[*].url',
    either: { first_of: ['none', 'a.c', 'a.b'], otherwise: 'never' },
    none: 'a.z',
    empty: { first_of: ['list[*].none', 'none'], otherwise: [] },
    header: 'header:X-Id',
    data: { first_of: ['image.url', 'image.b64'], prefix: 'data:image/png;base64,' },
  };
  it('A10: fields of the definition are put on top, and those that are not there left out', () => {
    const body = '{"a":{"b":[1,"two"],"c":null},"list":[{"url":"u1"},{},{"url":"u2"}],"image":{"b64":"AAAA"}}';
    const read = JSON.parse(bodyOf({ answer }, body, { 'x-ID': 'id-1' }));
    expect(read).toMatchObject({
      plain: 'two',
      every: ['u1', 'u2'],
      either: [1, 'two'],
      empty: [],
      header: 'id-1',
      data: 'data:image/png;base64,AAAA',
      image: { b64: 'AAAA' },
    });
    expect(read).not.toHaveProperty('none');
    expect(JSON.parse(bodyOf({ answer }, '{"image":{"url":"https://a.example/1.png"}}'))).toMatchObject({
      data: 'https://a.example/1.png',
      either: 'never',
    });
  });

  it.each([
    ['', /is empty/],
    [' \n', /is empty/],
    ['<html>', /is not JSON/],
    ['{"a":', /is not JSON/],
    ['{"a":1,"a":2}', /is not JSON/],
    [`${'['.repeat(300)}${']'.repeat(300)}`, /nested too deeply/],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested too deeply/],
  ])('A9: %.20j is not what the definition says, whatever the price', (body, message) => {
    expect(read({}, body)).toEqual({
      ok: false,
      fault: { kind: 'unexpected_answer', message: expect.stringMatching(message) },
    });
  });

  it('A9: an empty text is no answer', () => {
    expect(read({ answers_with: 'text' }, '')).toMatchObject({ ok: false, fault: { kind: 'unexpected_answer' } });
  });

  it('A9: a price that is not told is a fault that keeps the answer', () => {
    const price = { kind: 'reported', path: 'cost', currency: 'USD', at_most: '1' };
    expect(read({ price }, '{"a":1}')).toMatchObject({
      ok: false,
      fault: { kind: 'price_unknown', message: 'cost is not there', body: { a: { text: '1' } } },
    });
  });

  it.each([199, 300, 304, 400, 404, 429, 500, 503])(
    'B3: the status %i is a refusal, which tells what the provider said',
    (status) => {
      expect(read({}, '{"error":"no"}', status)).toEqual({
        ok: false,
        fault: { kind: 'refused', status, body: { error: 'no' } },
      });
      expect(read({}, '<b>no\0</b>', status)).toMatchObject({ fault: { kind: 'refused', body: '<b>no\ufffd</b>' } });
    },
  );

  it.each([200, 201, 202, 299])('B3: the status %i is an answer', (status) => {
    expect(read({}, '{}', status)).toEqual({ ok: true, body: {}, units: 10_000n });
  });
});
