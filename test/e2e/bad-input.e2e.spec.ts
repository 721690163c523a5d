import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatToken, newSecret } from '#security';
import { EndToEnd } from '../support/end-to-end.js';
import { platformKeyOf } from '../support/instance.js';
import type { Organization } from '../support/organizations.js';
import type { PlainCall } from '../support/plain-http.js';
import {
  addressOf,
  DEFINE,
  definitionOf,
  idsOf,
  isRefusal,
  REDEEM,
  ROUTES,
  unparseable,
  unprocessable,
  type Expected,
  type Route,
} from './bad-input/index.js';

const named = (routes: readonly Route[]) =>
  routes.map((route): [string, Route] => [`${route.method} ${route.path}`, route]);
const WITH_BODY = ROUTES.filter(({ body }) => body !== undefined);

let world: EndToEnd;
let organization: Organization;
let platformKey: string;
let ids: Readonly<Record<string, string>>;
let foreign: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await EndToEnd.begin();
  organization = await world.organizations.open();
  platformKey = platformKeyOf(world.instance);
  ids = await idsOf(world, organization);
  foreign = await idsOf(world, await world.organizations.open());
  DEFINE.body = definitionOf(ids['services']!);
  REDEEM.body = { payment_token: ids['payment_token'], amount: '0.05' };
}, 120_000);
afterAll(() => world?.end());

async function events(): Promise<number> {
  let count = 0;
  for await (const _ of organization.client.events.each()) count += 1;
  return count;
}

/** Sends each spoiled call and says which were answered otherwise than they must be; the log must not have moved. */
async function expectRefused(
  route: Route,
  spoiled: readonly (readonly [string, PlainCall & { path?: string }, Expected])[],
): Promise<void> {
  const before = await events();
  const wrong: object[] = [];
  for (const [what, call, expected] of spoiled) {
    const answer = await world.call(route.method, call.path ?? addressOf(route, ids), {
      token: route.platform ? platformKey : organization.token,
      ...call,
    });
    if (!isRefusal(answer, expected))
      wrong.push({ what, expected, status: answer.status, text: answer.text.slice(0, 300) });
  }
  expect(wrong).toEqual([]);
  expect(await events()).toBe(before);
}

it('the table of this test has every call of the OpenAPI document', async () => {
  const { json } = await world.call('GET', '/openapi.json');
  const documented = Object.entries(json['paths'] as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // These answer in the protocol's shape: x402-bad-input.e2e.spec.ts and mcp-refusals.e2e.spec.ts.
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
    const query = route.query === undefined ? {} : { path: `${addressOf(route, ids)}?${route.query}` };
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
    const prefix = addressOf(route, ids).split('/')[3]!.split('_')[0]!;
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
    const asks = (query: string) => ({ ...call, path: `${addressOf(route, ids)}?${asked}${query}` });
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
