import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#contracts';
import { formatToken, newSecret } from '#security';
import { EndToEnd } from '../support/end-to-end.js';
import { challengeV2, X402Calls } from '../support/x402.js';
import { platformKeyOf } from '../support/instance.js';
import type { Organization } from '../support/organizations.js';
import type { PlainAnswer, PlainCall } from '../support/plain-http.js';

/** Every call there is, with a request that would pass: each test spoils one thing of it. */
interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As it stands in the OpenAPI document. */
  path: string;
  body?: object;
  /** Fields that hold money, as paths into the body. */
  amounts?: readonly string[];
  /** What an id that is none, or another org's, is answered with. */
  unknown?: string;
  /** What it does not know it leaves aside, as agents send it. */
  lenient?: boolean;
  /** A page of a list. */
  pages?: true;
  /** What the query has to say. */
  query?: string;
  /** Taken with the platform key only. */
  platform?: true;
}

/** Its token is one of the org's, once there is one. */
const DEFINE: Route = { method: 'PUT', path: '/v1/services/{name}', body: {} };
const PAID = { amounts: ['max_credits'], lenient: true };
const REDEEM: Route = { method: 'POST', path: '/v1/payments/x402/redeem', body: {}, amounts: ['amount'] };

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/agents',
    body: { handle: 'new', spending_cap: { amount: 1 } },
    amounts: [
      'spending_cap.amount',
      'spending_cap_usd',
      'per_tx_limit',
      'per_tx_limit_usd',
      'daily_cap',
      'daily_cap_usd',
    ],
  },
  { method: 'GET', path: '/v1/agents', pages: true },
  {
    method: 'POST',
    path: '/v1/spend-auth',
    body: { agent_id: 'new', limit_usd: 1, label: 'goal' },
    amounts: ['limit_usd'],
  },
  { method: 'GET', path: '/v1/agents/{agent}', unknown: 'agent_not_found' },
  {
    method: 'PATCH',
    path: '/v1/agents/{agent}',
    body: { daily_cap: 9 },
    amounts: ['daily_cap', 'per_tx_limit', 'spending_cap.amount', 'limits[0].max'],
    unknown: 'agent_not_found',
  },
  { method: 'GET', path: '/v1/agents/{agent}/spend', unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/freeze', body: { reason: 'audit' }, unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/unfreeze', body: {}, unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/agents/{agent}/rotate-token', body: { overlap_seconds: 5 }, unknown: 'agent_not_found' },
  {
    method: 'POST',
    path: '/v1/agents/{agent}/addresses',
    body: { address: `0x${'a'.repeat(40)}`, signature: `0x${'b'.repeat(130)}` },
    unknown: 'agent_not_found',
  },
  { method: 'GET', path: '/v1/agents/{agent}/addresses', unknown: 'agent_not_found' },
  { method: 'DELETE', path: '/v1/agents/{agent}/addresses/{address}', unknown: 'agent_not_found' },
  { method: 'POST', path: '/v1/revocations/{revocation_id}', body: {}, unknown: 'revocation_not_found' },
  { method: 'POST', path: '/v1/sessions', body: { budget: 1 }, amounts: ['budget'] },
  { method: 'GET', path: '/v1/sessions', pages: true },
  { method: 'GET', path: '/v1/sessions/{id}', unknown: 'session_not_found' },
  {
    method: 'PATCH',
    path: '/v1/sessions/{id}',
    body: { budget: 2 },
    amounts: ['budget'],
    unknown: 'session_not_found',
  },
  { method: 'POST', path: '/v1/sessions/{id}/close', body: {}, unknown: 'session_not_found' },
  {
    method: 'POST',
    path: '/v1/payments',
    body: { agent_id: 'worker', service: 'search', amount: 1 },
    amounts: ['amount'],
  },
  {
    method: 'POST',
    path: '/v1/decisions',
    body: { agent_id: 'worker', service: 'search', amount: 1 },
    amounts: ['amount'],
  },
  {
    method: 'POST',
    path: '/v1/payments/x402/resolve',
    body: { challenge: challengeV2({ payTo: 'asks' }), agent_id: 'worker' },
    amounts: ['max_credits'],
  },
  REDEEM,
  {
    method: 'POST',
    path: '/v1/pay',
    body: { service: 'perplexity', agent_id: 'worker', payload: { query: 'x' } },
    ...PAID,
  },
  { method: 'POST', path: '/v1/search', body: { agent_id: 'worker', query: 'x' }, ...PAID },
  {
    method: 'POST',
    path: '/v1/email/send',
    body: { agent_id: 'worker', to: 'a@example.com', subject: 'x', body: 'x' },
    ...PAID,
  },
  { method: 'POST', path: '/v1/image', body: { agent_id: 'worker', prompt: 'x' }, ...PAID },
  { method: 'POST', path: '/v1/sms', body: { agent_id: 'worker', to: '+15551234567', body: 'x' }, ...PAID },
  { method: 'GET', path: '/v1/services' },
  { method: 'GET', path: '/v1/services/{name}', unknown: 'service_not_found' },
  DEFINE,
  { method: 'DELETE', path: '/v1/services/{name}', unknown: 'service_not_found' },
  { method: 'PUT', path: '/v1/services/{name}/secret', body: { secret: 'abcdef' }, unknown: 'service_not_found' },
  { method: 'DELETE', path: '/v1/services/{name}/secret', unknown: 'service_not_found' },
  { method: 'GET', path: '/x402/settlements/{transaction}', unknown: 'payment_not_found' },
  { method: 'GET', path: '/x402/discovery/resources', pages: true },
  { method: 'GET', path: '/x402/discovery/search', query: 'query=x', pages: true },
  { method: 'GET', path: '/v1/payments', pages: true },
  { method: 'GET', path: '/v1/payments/{id}', unknown: 'payment_not_found' },
  { method: 'GET', path: '/v1/payments/{id}/explanation', unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/capture',
    body: { amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
  { method: 'POST', path: '/v1/payments/{id}/void', body: {}, unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/refund',
    body: { amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
  { method: 'POST', path: '/v1/payments/{id}/dispatch', body: {}, unknown: 'payment_not_found' },
  { method: 'POST', path: '/v1/payments/{id}/extend', body: { expires_in: 3600 }, unknown: 'payment_not_found' },
  {
    method: 'POST',
    path: '/v1/payments/{id}/resolve',
    body: { outcome: 'captured', amount: 0.01 },
    amounts: ['amount'],
    unknown: 'payment_not_found',
  },
  {
    method: 'POST',
    path: '/v1/payment-requests',
    body: { payee: 'worker', payer: 'asks', amount: 1 },
    amounts: ['amount'],
  },
  { method: 'GET', path: '/v1/payment-requests', pages: true },
  { method: 'GET', path: '/v1/payment-requests/{id}', unknown: 'payment_request_not_found' },
  {
    method: 'POST',
    path: '/v1/payment-requests/{id}/pay',
    body: { labels: { goal: 'x' } },
    unknown: 'payment_request_not_found',
  },
  { method: 'POST', path: '/v1/payment-requests/{id}/cancel', body: {}, unknown: 'payment_request_not_found' },
  { method: 'POST', path: '/v1/payment-requests/{id}/decline', body: {}, unknown: 'payment_request_not_found' },
  {
    method: 'POST',
    path: '/v1/transfers',
    body: { from_wallet_id: 'wal_1', to_wallet_id: 'wal_2', amount: 1 },
    amounts: ['amount'],
  },
  { method: 'POST', path: '/v1/wallets', body: { kind: 'escrow', name: 'deals' } },
  { method: 'POST', path: '/v1/topups', body: { agent_id: 'worker', amount: 1 }, amounts: ['amount'] },
  { method: 'GET', path: '/v1/wallets', pages: true },
  { method: 'GET', path: '/v1/approvals', pages: true },
  { method: 'GET', path: '/v1/approvals/{id}', unknown: 'approval_not_found' },
  { method: 'POST', path: '/v1/approvals/{id}/approve', body: {}, unknown: 'approval_not_found' },
  { method: 'POST', path: '/v1/approvals/{id}/deny', body: { explanation: 'no' }, unknown: 'approval_not_found' },
  {
    method: 'POST',
    path: '/v1/approvals/grants',
    body: { service: 'search', amount: 1, per: 'day' },
    amounts: ['amount'],
  },
  { method: 'GET', path: '/v1/approvals/grants', pages: true },
  { method: 'DELETE', path: '/v1/approvals/grants/{id}', unknown: 'grant_not_found' },
  { method: 'GET', path: '/v1/org' },
  {
    method: 'PATCH',
    path: '/v1/org',
    body: { first_use: { per_day: 9 } },
    amounts: ['first_use.per_day', 'first_use.per_payment', 'first_use.together_per_day', 'limits[0].max'],
  },
  { method: 'GET', path: '/v1/whoami' },
  { method: 'GET', path: '/v1/policies/{version}' },
  {
    method: 'POST',
    path: '/v1/policies/simulate',
    body: { limits: [{ of: 'amount', per: 'day', max: 1 }], from: '2026-01-01' },
    amounts: ['limits[0].max'],
  },
  { method: 'GET', path: '/v1/reports/spend', pages: true },
  { method: 'GET', path: '/v1/receipts', pages: true },
  { method: 'GET', path: '/v1/receipts/{id}', unknown: 'receipt_not_found' },
  { method: 'GET', path: '/v1/events', pages: true },
  { method: 'GET', path: '/v1/integrity' },
  { method: 'POST', path: '/v1/keys', body: { role: 'finance', name: 'new' } },
  { method: 'GET', path: '/v1/keys', pages: true },
  { method: 'DELETE', path: '/v1/keys/{id}', unknown: 'key_not_found' },
  {
    method: 'POST',
    path: '/v1/organizations',
    body: { name: 'new' },
    amounts: ['initial_credits'],
    platform: true,
  },
  { method: 'POST', path: '/v1/organizations/{id}/admin-keys', body: { name: 'new' }, platform: true },
];

const named = (routes: readonly Route[]) =>
  routes.map((route): [string, Route] => [`${route.method} ${route.path}`, route]);
const WITH_BODY = ROUTES.filter(({ body }) => body !== undefined);
const PROBLEM = 'application/problem+json; charset=utf-8';

let world: EndToEnd;
let organization: Organization;
let platformKey: string;
let ids: Readonly<Record<string, string>>;
let foreign: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await EndToEnd.begin();
  organization = await world.organizations.open();
  platformKey = platformKeyOf(world.instance);
  ids = await idsOf(organization);
  foreign = await idsOf(await world.organizations.open());
  DEFINE.body = definitionOf(ids['services']!);
  REDEEM.body = { payment_token: ids['payment_token'], amount: '0.05' };
}, 120_000);
afterAll(() => world?.end());

/** A service of an org's own. */
function definitionOf(name: string): object {
  return {
    name,
    title: 'Weather',
    category: 'weather',
    call: { method: 'GET', url: 'https://weather.example/v1' },
    payload: {},
    secret: { placed: 'header', name: 'x-api-key' },
    price: { kind: 'flat', amount: '0.01' },
    timeout_seconds: 5,
    retries: 0,
    max_credits_recommended: '0.01',
  };
}

/** One of everything that a path can name. */
async function idsOf({ client, org, token }: Organization): Promise<Record<string, string>> {
  const agent = await client.agents.create({ handle: 'worker', spending_cap: { amount: 50 } });
  const { session_id } = await client.sessions.open({ budget: 1 });
  const { payment_id, receipt_id } = await client.payments.authorize({
    agent_id: 'worker',
    service: 'search',
    amount: '0.10',
  });
  const { key_id } = await client.keys.issue({ role: 'finance', name: 'books' });
  await client.agents.create({ handle: 'asks', approval_above: { amount: 0 } });
  const waiting = await client.payments.authorize({ agent_id: 'asks', service: 'search', amount: '0.10' });
  const x402 = new X402Calls(world.instance.url);
  const resolved = await x402.resolve(token, challengeV2({ payTo: 'asks' }), { agent_id: 'worker' });
  const { request_id } = await client.paymentRequests.open({ payee: 'worker', payer: 'asks', amount: '0.10' });
  const service = `weather-of-${org.slice(-12)}`;
  await world.call('PUT', `/v1/services/${service}`, { token, body: definitionOf(service) });
  const { grant_id } = await client.approvals.grants.create({ service: 'search', amount: 1, per: 'day' });
  return {
    agents: agent.agent_id,
    revocations: agent.revocation_id!,
    sessions: session_id,
    payments: payment_id,
    receipts: receipt_id,
    keys: key_id,
    approvals: waiting.approval_id!,
    grants: grant_id,
    'payment-requests': request_id,
    organizations: org,
    services: service,
    settlements: String(resolved.json['payment_id']),
    payment_token: String(resolved.json['payment_token']),
    policies: '1',
  };
}

function addressOf(route: Route, of: Readonly<Record<string, string>> = ids): string {
  const area = route.path.includes('/grants/') ? 'grants' : route.path.split('/')[2]!;
  return route.path.replace(/\{\w+\}/, of[area] ?? '');
}

async function events(): Promise<number> {
  let count = 0;
  for await (const _ of organization.client.events.each()) count += 1;
  return count;
}

interface Expected {
  status: number;
  code: string | readonly string[];
  /** Named among the problems. */
  field?: string;
}

/** Sends each spoiled call and says which were answered otherwise than they must be; the log must not have moved. */
async function expectRefused(
  route: Route,
  spoiled: readonly (readonly [string, PlainCall & { path?: string }, Expected])[],
): Promise<void> {
  const before = await events();
  const wrong: object[] = [];
  for (const [what, call, expected] of spoiled) {
    const answer = await world.call(route.method, call.path ?? addressOf(route), {
      token: route.platform ? platformKey : organization.token,
      ...call,
    });
    if (!isRefusal(answer, expected))
      wrong.push({ what, expected, status: answer.status, text: answer.text.slice(0, 300) });
  }
  expect(wrong).toEqual([]);
  expect(await events()).toBe(before);
}

function isRefusal(answer: PlainAnswer, { status, code, field }: Expected): boolean {
  const problem = problemSchema.safeParse(answer.json);
  if (!problem.success || answer.headers.get('content-type') !== PROBLEM) return false;
  const { data } = problem;
  const fields = (data.problems ?? []).map((one) => one.field);
  return (
    answer.status === status &&
    data.status === status &&
    [code].flat().includes(data.code) &&
    data.detail.length > 10 &&
    data.action.length > 10 &&
    (field === undefined || fields.includes(field))
  );
}

const unprocessable = (field: string): Expected => ({ status: 422, code: 'body_invalid', field });
const unparseable: Expected = { status: 400, code: 'unparseable_body', field: 'body' };

it('the table of this test has every call of the OpenAPI document', async () => {
  const { json } = await world.call('GET', '/openapi.json');
  const documented = Object.entries(json['paths'] as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // These answer in the protocol's shape: x402-bad-input.e2e.spec.ts and mcp.e2e.spec.ts.
  const protocols = ['POST /x402/verify', 'POST /x402/settle', 'GET /x402/supported', 'POST /mcp'];
  const open = ['/.well-known/jwks.json', '/health/live', '/health/ready', '/metrics', '/openapi.json'].map(
    (path) => `GET ${path}`,
  );
  expect(documented.toSorted()).toEqual([...named(ROUTES).map(([name]) => name), ...open, ...protocols].toSorted());
});

describe('A body that cannot be taken has a problem document with the field, and changes nothing', () => {
  it.each(named(WITH_BODY))('A10 A12 D8: %s', async (_, route) => {
    const right = JSON.stringify(route.body);
    const inside = (text: string) => (right === '{}' ? `{${text}}` : `${right.slice(0, -1)},${text}}`);
    const notUtf8 = Buffer.concat([Buffer.from(`{"surprise":"`), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    await expectRefused(route, [
      ['half an object', { body: '{"a":' }, unparseable],
      ['no JSON', { body: 'amount=1' }, unparseable],
      ['NaN', { body: inside('"surprise":NaN') }, unparseable],
      ['Infinity', { body: inside('"surprise":-Infinity') }, unparseable],
      ['a field twice', { body: '{"deadline_ms":1,"deadline_ms":2}' }, unparseable],
      ['something after it', { body: `${right} {}` }, unparseable],
      ['nested without end', { body: '['.repeat(30_000) }, unparseable],
      ['not UTF-8', { body: notUtf8 }, unparseable],
      ['a list', { body: '[]' }, unprocessable('body')],
      ['null', { body: 'null' }, unprocessable('body')],
      ['text', { body: '"text"' }, unprocessable('body')],
      ...(route.lenient
        ? []
        : ([
            ['an unknown field', { body: inside('"surprise":1') }, unprocessable('surprise')],
            ['a field of another case', { body: inside('"Deadline_ms":1') }, unprocessable('Deadline_ms')],
            ['a prototype', { body: inside('"__proto__":{"amount":1}') }, unprocessable('__proto__')],
          ] as const)),
      ['NUL', { body: inside('"surprise":"a\\u0000b"') }, unprocessable('surprise')],
      ['a lone surrogate', { body: inside('"surprise":"\\udc00"') }, unprocessable('surprise')],
      ['a lone surrogate in a name', { body: inside('"\\ud800":1') }, unprocessable('body')],
      ['a deadline that is none', { body: inside('"deadline_ms":-1') }, unprocessable('deadline_ms')],
      ['a deadline in text', { body: inside('"deadline_ms":"100"') }, unprocessable('deadline_ms')],
      [
        'more than 64 KiB',
        { body: inside(`"surprise":"${'x'.repeat(66_000)}"`) },
        { status: 413, code: 'body_too_large' },
      ],
      [
        'a form',
        { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        { status: 415, code: 'content_type_unsupported' },
      ],
      [
        'plain text',
        { body: right, headers: { 'content-type': 'text/plain' } },
        { status: 415, code: 'content_type_unsupported' },
      ],
      [
        'another character set',
        { body: right, headers: { 'content-type': 'application/json; charset=latin1' } },
        { status: 415, code: 'content_type_unsupported' },
      ],
    ]);
  });
});

describe('An amount that is none names its field, and changes nothing', () => {
  const AMOUNTS = [
    '-1',
    '"-0.01"',
    '"1e-3"',
    '"1E5"',
    '"0.0000001"',
    '0.0000001',
    '1e-7',
    '9007199254.740993',
    '"9007199254.740993"',
    '1e300',
    '"NaN"',
    '"Infinity"',
    '""',
    '" 1"',
    '"1 "',
    '"+1"',
    '"1,5"',
    '"0x10"',
    '".5"',
    '"1."',
    '"١"',
    'true',
    '[]',
    '{}',
    '"one"',
  ];

  it.each(named(WITH_BODY.filter(({ amounts }) => amounts)))('A12 A9: %s', async (_, route) => {
    const spoiled = route.amounts!.flatMap((field) =>
      AMOUNTS.map(
        (amount) => [`${field}: ${amount}`, { body: bodyWith(route, field, amount) }, unprocessable(field)] as const,
      ),
    );
    await expectRefused(route, spoiled);
  });

  it.each(named(ROUTES.filter(({ method, path }) => method === 'POST' && /payments$|topups$/.test(path))))(
    'A12: %s takes no zero',
    async (_, route) => {
      const zeros = ['0', '"0"', '"0.000000"', '0e5'];
      await expectRefused(
        route,
        zeros.map((zero) => [zero, { body: bodyWith(route, 'amount', zero) }, unprocessable('amount')]),
      );
    },
  );

  function bodyWith(route: Route, field: string, amount: string): string {
    const spoiled = '"SPOILED"';
    const body: Record<string, unknown> = { ...route.body };
    if (field === 'limits[0].max') {
      return JSON.stringify({ limits: [{ of: 'amount', per: 'day', max: 'SPOILED' }] }).replace(spoiled, amount);
    }
    const [outer, inner] = field.split('.') as [string, string | undefined];
    for (const other of ['spending_cap', 'daily_cap']) if (other !== outer) delete body[other];
    body[outer] = inner === undefined ? 'SPOILED' : { [inner]: 'SPOILED' };
    return JSON.stringify(body).replace(spoiled, amount);
  }
});

describe('A credential that opens nothing', () => {
  it.each(named(ROUTES))('F1 F6: %s', async (_, route) => {
    const query = route.query === undefined ? {} : { path: `${addressOf(route)}?${route.query}` };
    const token = (kind: 'key' | 'agent' | 'session', subject: string, org = organization.org) =>
      formatToken({ kind, org, subject, secret: newSecret() });
    const missing = { status: 401, code: 'credential_missing' };
    const invalid = { status: 401, code: 'credential_invalid' };
    const body = { ...query, ...(route.body === undefined ? {} : { body: route.body }) };
    await expectRefused(route, [
      ['none', { ...body, token: undefined }, missing],
      ['of another scheme', { ...body, headers: { authorization: 'Basic YTpi' } }, missing],
      ['empty', { ...body, headers: { authorization: 'Bearer ' } }, missing],
      ['a wrong secret of a right key', { ...body, token: token('key', organization.key_id) }, invalid],
      ['a wrong secret of a right agent', { ...body, token: token('agent', ids['agents']!) }, invalid],
      ['a wrong secret of a right session', { ...body, token: token('session', ids['sessions']!) }, invalid],
      [
        'of an org that is not there',
        { ...body, token: token('key', organization.key_id, 'org_0190f0f0f0f070008000000000000000') },
        { status: 401, code: route.platform ? 'credential_invalid' : 'organization_not_found' },
      ],
      ['of no shape', { ...body, token: 'hunter2' }, invalid],
      ['cut off', { ...body, token: organization.token.slice(0, -1) }, invalid],
      [
        'of right shape, but no session',
        { ...body, headers: { 'bursar-session': token('session', ids['sessions']!) } },
        route.platform ? { status: 422, code: 'header_invalid', field: 'Bursar-Session' } : invalid,
      ],
    ]);
  });
});

describe('An id that is none, or another org’s', () => {
  it.each(named(ROUTES.filter(({ unknown }) => unknown)))('F7: %s', async (_, route) => {
    const notFound = { status: 404, code: route.unknown! };
    const call = route.body === undefined ? {} : { body: route.body };
    const at = (id: string) => ({ ...call, path: route.path.replace(/\{\w+\}/, id) });
    const prefix = addressOf(route).split('/')[3]!.split('_')[0]!;
    const strange = { status: 404, code: [route.unknown!, 'route_not_found'] };
    await expectRefused(route, [
      ["another org's", { ...call, path: addressOf(route, foreign) }, notFound],
      ['of right shape', at(`${prefix}_0190f0f0f0f070008000000000000000`), notFound],
      ['of another kind', at('org_00000000000070008000000000000001'), notFound],
      ['of no shape', at('nobody'), notFound],
      ['with a wildcard', at('%25'), strange],
      ['with SQL', at("'%20or%201=1--"), strange],
      ['with NUL', at('a%00'), strange],
      ['that is not UTF-8', at('%ff%fe'), strange],
      ['of a thousand characters', at('x'.repeat(1_000)), strange],
    ]);
  });
});

describe('A query or header that is not understood is named, and changes nothing', () => {
  it.each(named(ROUTES))('A10: %s', async (_, route) => {
    const call = route.body === undefined ? {} : { body: route.body };
    const asked = route.query === undefined ? '' : `${route.query}&`;
    const asks = (query: string) => ({ ...call, path: `${addressOf(route)}?${asked}${query}` });
    const invalid = (field: string): Expected => ({ status: 422, code: 'query_invalid', field });
    const header = { status: 422, code: 'header_invalid', field: 'Idempotency-Key' };
    await expectRefused(route, [
      ['an unknown parameter', asks('surprise=1'), invalid('surprise')],
      ...(route.pages
        ? ([
            ['no limit', asks('limit=0'), invalid('limit')],
            ['a limit above the highest', asks('limit=201'), invalid('limit')],
            ['a limit that is no number', asks('limit=ten'), invalid('limit')],
            ['a limit twice', asks('limit=1&limit=2'), invalid('limit')],
            ['a cursor that nobody gave', asks('cursor=%00'), invalid('cursor')],
          ] as const)
        : []),
      ...(route.method === 'GET'
        ? []
        : ([
            ['a key of 256 characters', { ...call, headers: { 'idempotency-key': 'k'.repeat(256) } }, header],
            ['an empty key', { ...call, headers: { 'idempotency-key': '' } }, header],
          ] as const)),
      ...(route.method === 'POST'
        ? ([
            [
              'two keys',
              { body: { ...route.body, idempotency_key: 'one' }, headers: { 'idempotency-key': 'other' } },
              header,
            ],
          ] as const)
        : []),
      ...(route.method === 'PATCH'
        ? ([['a key, which is not taken', { ...call, headers: { 'idempotency-key': 'k' } }, header]] as const)
        : []),
    ]);
  });

  it('an address or a method that is not there', async () => {
    for (const [method, path, status, code] of [
      ['GET', '/v1/nothing', 404, 'route_not_found'],
      ['GET', '/', 404, 'route_not_found'],
      ['PUT', '/v1/payments', 405, 'method_not_allowed'],
      ['DELETE', '/v1/agents/worker', 405, 'method_not_allowed'],
      ['POST', '/v1/events', 405, 'method_not_allowed'],
    ] as const) {
      const answer = await world.call(method, path, { token: organization.token });
      expect([method, path, isRefusal(answer, { status, code }), answer.status]).toEqual([method, path, true, status]);
    }
  });
});
