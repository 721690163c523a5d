import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from './fingerprint.js';
import type { ParsedPaymentRequest } from './normalised-payment-request.js';
import { parsePaymentRequest } from './payment-request.js';

const minimal = { payee: 'writer', amount: '0.05' };

function parseWith(fields: object): ParsedPaymentRequest {
  return parsePaymentRequest(JSON.stringify({ ...minimal, ...fields }));
}

function parseAmountText(amount: string, currency = 'USD'): ParsedPaymentRequest {
  return parsePaymentRequest(`{"payee":"writer","currency":"${currency}","amount":${amount}}`);
}

function problemsOf(parsed: ParsedPaymentRequest): string[] {
  if (parsed.ok) throw new Error('was accepted');
  return parsed.problems.map(({ field, message }) => `${field} ${message}`);
}

function requestOf(parsed: ParsedPaymentRequest) {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.request;
}

function sourceOf(parsed: ParsedPaymentRequest): string {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.fingerprint_source;
}

describe('A payment request', () => {
  it.each([
    ['0.05', 50_000n],
    ['"0.05"', 50_000n],
    ['1e-05', 10n],
    ['5E-5', 50n],
    ['1.5e3', 1_500_000_000n],
    ['0.000001', 1n],
    ['"0.000001"', 1n],
    ['0.0500000000', 50_000n],
    ['9007199254.740992', 9_007_199_254_740_992n],
  ])('A12: takes the amount %s exactly', (text, units) => {
    expect(requestOf(parseAmountText(text)).amount).toBe(units);
  });

  it.each([
    ['"NaN"', 'must be a decimal number'],
    ['"Infinity"', 'must be a decimal number'],
    ['"-Infinity"', 'must be a decimal number'],
    ['"∞"', 'must be a decimal number'],
    ['""', 'must be a decimal number'],
    ['" 1"', 'must be a decimal number'],
    ['"0x10"', 'must be a decimal number'],
    ['"1,000"', 'must be a decimal number'],
    ['"+1"', 'must be a decimal number'],
    ['null', 'must be a decimal number'],
    ['true', 'must be a decimal number'],
    ['[1]', 'must be a decimal number'],
    ['{"text":"1"}', 'must be a decimal number'],
    ['-0.01', 'must not be negative'],
    ['"-0.01"', 'must not be negative'],
    ['"1e-05"', 'must not have an exponent'],
    ['"1E5"', 'must not have an exponent'],
    ['0.0000001', 'has more decimals than USD has'],
    ['"0.0000001"', 'has more decimals than USD has'],
    ['1e-7', 'has more decimals than USD has'],
    ['9007199254.740993', 'must not be more than 2^53'],
    ['1e300', 'must not be more than 2^53'],
    ['1e9999', 'must be a decimal number'],
    ['0', 'must be more than 0'],
    ['"0.000000"', 'must be more than 0'],
    ['-0', 'must be more than 0'],
  ])('A12: refuses the amount %s and says so', (text, message) => {
    const parsed = parseAmountText(text);
    expect(parsed).toMatchObject({ ok: false, code: 'body_invalid' });
    expect(problemsOf(parsed)).toEqual([expect.stringMatching(new RegExp(`^amount ${message.replace('^', '\\^')}`))]);
  });

  it.each(['NaN', 'Infinity', '-Infinity', '01', '.5', '1.', '+1'])(
    'A12: the amount %s as a bare word cannot be parsed at all',
    (text) => {
      expect(parseAmountText(text)).toMatchObject({ ok: false, code: 'unparseable_body' });
    },
  );

  it('A12: counts decimals by the asset, and refuses currencies it does not know', () => {
    expect(requestOf(parseAmountText('0.0001', 'JPY'))).toMatchObject({ amount: 1n, asset: 'JPY' });
    expect(problemsOf(parseAmountText('0.00001', 'JPY'))).toEqual(['amount has more decimals than JPY has']);
    expect(problemsOf(parseAmountText('1', 'EUR'))).toEqual(['currency must be USD or JPY']);
    expect(problemsOf(parseAmountText('1', '__proto__'))).toEqual(['currency must be USD or JPY']);
  });

  it('A10: refuses unknown fields by name, also those of other casing and of objects themselves', () => {
    const text = '{"payee":"writer","amount":1,"Amount":2,"max_amount":3,"constructor":4,"__proto__":5}';
    expect(problemsOf(parsePaymentRequest(text))).toEqual([
      'Amount is not a field of this request',
      'max_amount is not a field of this request',
      'constructor is not a field of this request',
      '__proto__ is not a field of this request',
    ]);
  });

  it('A10: a field that stands twice with two values is refused, since one of them would be dropped', () => {
    const parsed = parsePaymentRequest('{"payee":"writer","amount":1,"amount":2}');
    expect(parsed).toMatchObject({ ok: false, code: 'unparseable_body' });
    expect(problemsOf(parsed)[0]).toContain("Duplicate key 'amount'");
  });

  it.each([
    ['"memo":"a\\u0000b"', 'memo must not contain the NUL character'],
    ['"memo":"a\\ud800b"', 'memo must be well-formed Unicode; it contains a lone surrogate'],
    ['"label":"\\udfff"', 'label must be well-formed Unicode; it contains a lone surrogate'],
    ['"labels":{"team":"\\ud800"}', 'labels.team must be well-formed Unicode; it contains a lone surrogate'],
    ['"labels":{"te\\u0000am":"a"}', 'labels has a field whose name must not contain the NUL character'],
    ['"memo":"\ud800"', 'memo must be well-formed Unicode; it contains a lone surrogate'],
  ])('D8: refuses text that cannot be stored: %s', (field, problem) => {
    const parsed = parsePaymentRequest(`{"payee":"writer","amount":1,${field}}`);
    expect(parsed).toMatchObject({ ok: false, code: 'body_invalid' });
    expect(problemsOf(parsed)).toEqual([problem]);
  });

  it('takes escaped characters outside the basic plane', () => {
    const parsed = parsePaymentRequest('{"payee":"writer","amount":1,"memo":"\\ud83d\\ude00 \\u00e9"}');
    expect(requestOf(parsed).memo).toBe('😀 é');
  });

  it.each(['', 'nonsense', '{', '{"payee":"writer"', '{"payee":"writer",}', "{'payee':1}", '\ufeff{}'])(
    'A12: %j is not JSON',
    (text) => {
      expect(parsePaymentRequest(text)).toMatchObject({ ok: false, code: 'unparseable_body' });
    },
  );

  it('A12: a body nested a hundred thousand deep is refused, not a crash', () => {
    const parsed = parsePaymentRequest('['.repeat(100_000));
    expect(parsed).toMatchObject({ ok: false, code: 'unparseable_body' });
    expect(problemsOf(parsed)).toEqual(['body is nested too deeply']);
  });

  it.each(['[]', '1', '"text"', 'null', 'true'])('A12: %s is JSON but not a request', (text) => {
    expect(problemsOf(parsePaymentRequest(text))).toEqual(['body must be a JSON object']);
  });

  it.each([
    [{ payee: undefined }, 'payee is missing: name a payee or a service'],
    [{ service: 'search' }, 'service must not stand beside payee: a payment has one receiver'],
    [{ amount: undefined }, 'amount is missing'],
    [{ payee: 'a b' }, 'payee must be a handle'],
    [{ payee: 'x'.repeat(129) }, 'payee must be a handle'],
    [{ payee: null }, 'payee must be a handle'],
    [{ agent_id: '' }, 'agent_id must be a handle'],
    [{ session_id: '' }, 'session_id must be an id'],
    [{ capture: 'true' }, 'capture must be true or false'],
    [{ capture: 1 }, 'capture must be true or false'],
    [{ expires_in: 0 }, 'expires_in must be a whole JSON number'],
    [{ expires_in: 1.5 }, 'expires_in must be a whole JSON number'],
    [{ expires_in: '60' }, 'expires_in must be a whole JSON number'],
    [{ expires_in: -1 }, 'expires_in must be a whole JSON number'],
    [{ expires_in: 31_622_401 }, 'expires_in must be a whole JSON number'],
    [{ expires_in: 60, capture: true }, 'expires_in must not stand beside capture: true'],
    [{ deadline_ms: 300_001 }, 'deadline_ms must be a whole JSON number'],
    [{ idempotency_key: '' }, 'idempotency_key must be 1 to 255'],
    [{ idempotency_key: 'k'.repeat(256) }, 'idempotency_key must be 1 to 255'],
    [{ idempotency_key: ' k' }, 'idempotency_key must be 1 to 255'],
    [{ idempotency_key: 'ké' }, 'idempotency_key must be 1 to 255'],
    [{ label: 'x'.repeat(257) }, 'label must be text'],
    [{ label: 7 }, 'label must be text'],
    [{ labels: ['a'] }, 'labels must be an object of texts'],
    [{ labels: { team: 7 } }, 'labels.team must be text'],
    [{ labels: { '': 'a' } }, 'labels has a label whose name'],
    [{ label: 'a', labels: { label: 'b' } }, 'label must be the same as labels.label'],
    [{ memo: 'x'.repeat(1025) }, 'memo must be text'],
    [{ category: 'a b' }, 'category must be'],
    [{ request_id: '' }, 'request_id must be'],
    [{ request_id: ' a' }, 'request_id must be'],
    [{ request_id: 'é' }, 'request_id must be'],
    [{ request_id: 'r'.repeat(129) }, 'request_id must be'],
    [{ request_id: 17 }, 'request_id must be'],
  ] as [fields: object, problem: string][])('A10: every fault is named (case %#)', (fields, problem) => {
    expect(problemsOf(parseWith(fields))).toEqual([expect.stringContaining(problem)]);
  });

  it('refuses a label map that is too large, and a label named __proto__', () => {
    const labels = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`l${index}`, 'v']));
    expect(problemsOf(parseWith({ labels }))).toEqual(['labels must have at most 32 labels']);
    const prototype = '{"payee":"writer","amount":1,"labels":{"__proto__":"a"}}';
    expect(problemsOf(parsePaymentRequest(prototype))).toEqual([expect.stringContaining('labels has a label')]);
  });

  it('names every problem at once, and the key that a refusal can be addressed to', () => {
    const parsed = parseWith({ amount: 'x', surprise: 1, idempotency_key: 'attempt-1' });
    expect(parsed).toMatchObject({ ok: false, idempotency_key: 'attempt-1' });
    expect(problemsOf(parsed)).toHaveLength(2);
  });

  it('says the request in the words of the ledger', () => {
    const request = requestOf(
      parseWith({
        payee: '@writer',
        agent_id: '@planner',
        label: 'goal=draft',
        labels: { team: 'red' },
        expires_in: 60,
        idempotency_key: 'attempt 1',
        deadline_ms: 500,
        memo: 'thanks',
        category: 'text/draft',
        session_id: 'ses_0',
      }),
    );
    expect(request).toEqual({
      payee: { agent: 'writer' },
      amount: 50_000n,
      asset: 'USD',
      capture: false,
      agent: 'planner',
      session_id: 'ses_0',
      labels: { label: 'goal=draft', team: 'red' },
      category: 'text/draft',
      memo: 'thanks',
      expires_in_ms: 60_000,
      idempotency_key: 'attempt 1',
      deadline_ms: 500,
    });
  });
});

describe('The fingerprint of a payment request', () => {
  it('C1: is the same however the same request is written', () => {
    const written = [
      '{"payee":"writer","amount":0.05,"labels":{"a":"1","b":"2"}}',
      '{"labels":{"b":"2","a":"1"},"amount":"0.050","payee":"@writer","currency":"USD","capture":false}',
      '{ "amount": 5e-2, "payee": "wr\\u0069ter", "labels": {"a":"1","b":"2"} }',
    ];
    expect(new Set(written.map((text) => sourceOf(parsePaymentRequest(text)))).size).toBe(1);
  });

  it('C1: leaves out what is the scope of the key, what changes from try to try, and the memo', () => {
    const changing = { idempotency_key: 'k', agent_id: 'planner', deadline_ms: 5, memo: 'a note' };
    expect(sourceOf(parseWith(changing))).toBe(sourceOf(parseWith({})));
  });

  it('C2: differs where any other field differs', () => {
    const differing = [
      {},
      { amount: '0.051' },
      { payee: 'editor' },
      { payee: undefined, service: 'writer' },
      { currency: 'JPY' },
      { capture: true },
      { session_id: 'ses_0' },
      { label: 'a' },
      { labels: { a: 'a' } },
      { category: 'a' },
      { request_id: 'a' },
      { request_id: 'b' },
      { payee_org: 'org_00000000000070008000000000000001', request_id: 'a' },
      { expires_in: 60 },
    ];
    expect(new Set(differing.map((fields) => sourceOf(parseWith(fields)))).size).toBe(differing.length);
  });

  it('is versioned, so that its meaning can change', () => {
    expect(fingerprintOf('abc')).toBe('v1:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });
});
