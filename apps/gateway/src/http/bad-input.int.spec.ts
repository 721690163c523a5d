import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#contracts';
import { formatToken, newId, newSecret, FIRST_ORGANIZATION } from '#security';
import http from 'node:http';
import net from 'node:net';
import {
  ADMIN_KEY,
  startGateway,
  type CallOptions,
  type Called,
  type GatewayUnderTest,
} from '../../test-support/gateway-under-test.js';

let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.owner.forget());

const PAYMENT = { payee: 'writer', amount: 0.05 };

/** Every refusal is a problem document, and the book was asked nothing. */
async function refusal(method: string, path: string, options: CallOptions = {}): Promise<Called> {
  const called = await gateway.call(method, path, options);
  expect(called.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(problemSchema.parse(called.json)).toMatchObject({ status: called.status });
  expect(gateway.owner.asked).toEqual([]);
  return called;
}

function fieldsOf(called: Called): string[] {
  return (called.json['problems'] as { field: string }[]).map(({ field }) => field);
}

describe('A malformed request has a clear problem document and changes nothing:', () => {
  it.each([
    ['no JSON', '{"payee":', 400, 'unparseable_body'],
    ['nothing at all', '', 400, 'unparseable_body'],
    ['NaN', '{"payee":"writer","amount":NaN}', 400, 'unparseable_body'],
    ['a field twice', '{"payee":"writer","amount":1,"amount":2}', 400, 'unparseable_body'],
    ['a list', '[]', 422, 'body_invalid'],
    ['a negative amount', '{"payee":"writer","amount":-1}', 422, 'body_invalid'],
    ['infinity as a string', '{"payee":"writer","amount":"Infinity"}', 422, 'body_invalid'],
    ['an exponent in a string', '{"payee":"writer","amount":"1e-05"}', 422, 'body_invalid'],
    ['seven decimals', '{"payee":"writer","amount":0.0000001}', 422, 'body_invalid'],
    ['more than 2^53', '{"payee":"writer","amount":9007199254.740993}', 422, 'body_invalid'],
    ['NUL', '{"payee":"writer","amount":1,"label":"a\\u0000"}', 422, 'body_invalid'],
    ['a lone surrogate', '{"payee":"writer","amount":1,"label":"\\ud800"}', 422, 'body_invalid'],
    ['an unknown field', '{"payee":"writer","amount":1,"surprise":1}', 422, 'body_invalid'],
    ['an unknown currency', '{"payee":"writer","amount":1,"currency":"EUR"}', 422, 'body_invalid'],
  ])('A12: a payment with %s', async (_, body, status, code) => {
    const called = await refusal('POST', '/v1/payments', { body });
    expect(called).toMatchObject({ status, json: { code, problems: [{ field: expect.any(String) }] } });
  });

  it('D8: bytes that are not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"payee":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","amount":1}')]);
    const called = await refusal('POST', '/v1/payments', { body });
    expect(called).toMatchObject({ status: 400, json: { code: 'unparseable_body' } });
    expect(called.json['detail']).toContain('not UTF-8');
  });

  it('H4: a body that is too large, whether it says so or not', async () => {
    const body = JSON.stringify({ ...PAYMENT, memo: 'x'.repeat(70_000) });
    expect(await refusal('POST', '/v1/payments', { body })).toMatchObject({
      status: 413,
      json: { code: 'body_too_large' },
    });
    expect(await chunked('/v1/payments', body)).toBe(413);
    expect(gateway.owner.asked).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'nonsense'])(
    'a body declared as %s',
    async (type) => {
      const called = await refusal('POST', '/v1/payments', {
        body: JSON.stringify(PAYMENT),
        headers: { 'content-type': type },
      });
      expect(called).toMatchObject({ status: 415, json: { code: 'content_type_unsupported' } });
    },
  );

  it.each([
    ['POST', '/v1/agents', { handle: 'a', daily_cap: 'unlimited' }, 'daily_cap'],
    ['POST', '/v1/agents', { handle: 'a', budget: 1 }, 'budget'],
    ['PATCH', '/v1/agents/a', { daily_cap: -1 }, 'daily_cap'],
    ['PATCH', '/v1/agents/a', {}, 'body'],
    ['POST', '/v1/agents/a/freeze', { why: 'x' }, 'why'],
    ['POST', '/v1/agents/a/unfreeze', { reason: 'x' }, 'reason'],
    ['POST', '/v1/agents/a/rotate-token', { overlap_seconds: -1 }, 'overlap_seconds'],
    ['POST', '/v1/revocations/rev_0', { now: true }, 'now'],
    ['POST', '/v1/sessions', { budget: 'NaN' }, 'budget'],
    ['POST', '/v1/sessions', { budget: 1, limits: {} }, 'limits'],
    ['PATCH', '/v1/sessions/ses_0', { expires_in: 'never' }, 'expires_in'],
    ['POST', '/v1/sessions/ses_0/close', { force: true }, 'force'],
    ['POST', '/v1/payments/pay_0/capture', { final: 'yes' }, 'final'],
    ['POST', '/v1/payments/pay_0/void', { amount: 1 }, 'amount'],
    ['POST', '/v1/payments/pay_0/refund', { reason: 7 }, 'reason'],
    ['POST', '/v1/payments/pay_0/dispatch', { to: 'x' }, 'to'],
    ['POST', '/v1/topups', { amount: 1 }, 'wallet_id'],
    ['POST', '/v1/topups', { amount: '∞', agent_id: 'a' }, 'amount'],
    ['POST', '/v1/keys', { role: 'root', name: 'a' }, 'role'],
  ])('A10: %s %s with %j names the field', async (method, path, body, field) => {
    const called = await refusal(method, path, { body });
    expect(called).toMatchObject({ status: 422, json: { code: 'body_invalid' } });
    expect(fieldsOf(called)).toEqual([field]);
  });

  it.each([
    ['GET', '/v1/events?limit=0', 'limit'],
    ['GET', '/v1/events?limit=201', 'limit'],
    ['GET', '/v1/events?limit=1&limit=2', 'limit'],
    ['GET', '/v1/events?offset=7', 'offset'],
    ['GET', '/v1/wallets?cursor=%00', 'cursor'],
    ['GET', '/v1/agents/a?verbose=1', 'verbose'],
    ['POST', '/v1/payments?dry_run=true', 'dry_run'],
    ['POST', '/v1/sessions?budget=1', 'budget'],
  ])('A10: %s %s names the parameter', async (method, path, field) => {
    const called = await refusal(method, path, method === 'POST' ? { body: PAYMENT } : {});
    expect(called).toMatchObject({ status: 422, json: { code: 'query_invalid' } });
    expect(fieldsOf(called)).toEqual([field]);
  });

  it.each([
    ['another key in the body', { 'idempotency-key': 'other' }, { idempotency_key: 'one' }, 'Idempotency-Key'],
    ['a key that is not printable', { 'idempotency-key': 'k\u00e9' }, {}, 'Idempotency-Key'],
    ['a key that is too long', { 'idempotency-key': 'k'.repeat(256) }, {}, 'Idempotency-Key'],
    ['a session header that is no session token', { 'bursar-session': 'nonsense' }, {}, 'Bursar-Session'],
  ])('C2, A10: a payment with %s', async (_, headers, fields, field) => {
    const called = await refusal('POST', '/v1/payments', { headers, body: { ...PAYMENT, ...fields } });
    expect(called).toMatchObject({ status: 422, json: { code: 'header_invalid' } });
    expect(fieldsOf(called)).toEqual([field]);
  });

  it('A10: a key on a patch, which would promise an answer that is not kept', async () => {
    const called = await refusal('PATCH', '/v1/agents/a', {
      headers: { 'idempotency-key': 'k' },
      body: { daily_cap: 1 },
    });
    expect(called).toMatchObject({ status: 422, json: { code: 'header_invalid' } });
  });

  it.each([
    ['no credential', null, {}],
    ['another scheme', null, { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }],
    ['an empty bearer', null, { authorization: 'Bearer ' }],
    ['two words', null, { authorization: 'Bearer a b' }],
  ])('F1: %s', async (_, token, headers) => {
    const called = await refusal('POST', '/v1/payments', { token, headers, body: PAYMENT });
    expect(called).toMatchObject({ status: 401, json: { code: 'credential_missing' } });
    expect(called.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('F7: a session token of another organization beside a key', async () => {
    const session = formatToken({ kind: 'session', org: newId('org'), subject: newId('ses'), secret: newSecret() });
    const called = await refusal('POST', '/v1/payments', { headers: { 'bursar-session': session }, body: PAYMENT });
    expect(called).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
  });

  it('A10: a session token in both places', async () => {
    const session = formatToken({
      kind: 'session',
      org: FIRST_ORGANIZATION,
      subject: newId('ses'),
      secret: newSecret(),
    });
    const called = await refusal('POST', '/v1/payments', {
      token: session,
      headers: { 'bursar-session': session },
      body: PAYMENT,
    });
    expect(fieldsOf(called)).toEqual(['Bursar-Session']);
  });

  it.each([
    ['GET', '/', 404, 'route_not_found'],
    ['GET', '/v1/nothing', 404, 'route_not_found'],
    ['POST', '/v1/payments/pay_0/steal', 404, 'route_not_found'],
    ['GET', '/v1/payments/pay_0/capture', 405, 'method_not_allowed'],
    ['DELETE', '/v1/agents/a', 405, 'method_not_allowed'],
    ['PUT', '/v1/payments', 405, 'method_not_allowed'],
    ['GET', '/v1/%zz', 404, 'route_not_found'],
  ])('%s %s is %d', async (method, path, status, code) => {
    const called = await refusal(method, path);
    expect(called).toMatchObject({ status, json: { code } });
    if (status === 405) expect(called.headers.get('allow')).toMatch(/^[A-Z, ]+$/);
  });

  it.each([
    ['no HTTP at all', 'nonsense\r\n\r\n'],
    ['a header that is none', 'GET /v1/wallets HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n'],
    ['headers that are too large', `GET /v1/wallets HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`],
  ])('A12: %s', async (_, text) => {
    const [head = '', body = ''] = (await sendRaw(text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(head).toContain('content-type: application/problem+json');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ code: 'request_malformed' });
    expect(gateway.owner.asked).toEqual([]);
  });

  it('takes the address with a slash at its end for the same one', async () => {
    expect(await refusal('POST', '/v1/payments/', { body: {} })).toMatchObject({ status: 422 });
  });

  it('promise 5: what the owner should never answer is a 503 that says nothing of the inside', async () => {
    gateway.owner.on('payment.authorize', { kind: 'wallets', wallets: [] });
    const called = await gateway.call('POST', '/v1/payments', { body: PAYMENT });
    expect(called).toMatchObject({ status: 503, json: { code: 'internal_error', retryable: true } });
    expect(called.headers.get('retry-after')).toBe('1');
    expect(called.text).not.toContain('wallets');
  });
});

/** Sends without saying the length first. */
function chunked(path: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
    const request = http.request(gateway.url + path, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.write(body.slice(0, 100));
    request.end(body.slice(100));
  });
}

/** Writes bytes to the socket and reads until it is closed. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(gateway.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
