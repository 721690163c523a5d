import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { changeAgentSchema, registerAgentSchema } from './agent-requests.js';
import { issueKeySchema, topUpSchema } from './money-requests.js';
import { changeOrganizationSchema } from './organization-requests.js';
import { captureRequestSchema } from './payment-step-requests.js';
import { eventsQuerySchema, spendReportQuerySchema } from './queries.js';
import { readQuery, readRequest } from './read-request.js';
import { changeSessionSchema, openSessionSchema } from './session-requests.js';

const limitOf = (pair: string): string => `{"budget":1,"limits":[{"of":"amount","per":"day","max":1,${pair}}]}`;
const hoursOf = (span: string): string =>
  `{"handle":"a","lists":{"hours":{"time_zone":"UTC","open":[{"days":["mon"],${span}}]}}}`;

function problemsOf(schema: z.ZodType, text: string): string[] {
  const read = readRequest(schema, text);
  if (read.ok) throw new Error(`was accepted: ${text}`);
  return read.problems.map(({ field, message }) => `${field} ${message}`);
}

function valueOf<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const read = readRequest(schema, text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe('The registration of an agent', () => {
  it('takes the short forms under all their names, exactly', () => {
    const written = [
      '{"handle":"@writer","spending_cap":{"amount":10,"currency":"USD"},"per_tx_limit":0.5,"daily_cap":"2.50"}',
      '{"payment_handle":"writer","spending_cap_usd":1e1,"per_tx_limit_usd":"0.50","daily_cap_usd":2.5}',
    ];
    const [first, second] = written.map((text) => valueOf(registerAgentSchema, text));
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      handle: 'writer',
      funding: 'treasury',
      limits: [
        { of: 'amount', per: 'lifetime', maximum: '10000000', asset: 'USD' },
        { of: 'amount', per: 'payment', maximum: '500000', asset: 'USD' },
        { of: 'amount', per: 'day', maximum: '2500000', asset: 'USD' },
      ],
    });
  });

  it('A11: 0 means 0, absent and null mean no such limit', () => {
    expect(valueOf(registerAgentSchema, '{"handle":"a","daily_cap":0}').limits).toMatchObject([
      { per: 'day', maximum: '0' },
    ]);
    expect(valueOf(registerAgentSchema, '{"handle":"a","daily_cap":null}').limits).toEqual([]);
    expect(valueOf(registerAgentSchema, '{"handle":"a"}').limits).toEqual([]);
  });

  it.each(['"Infinity"', '"unlimited"', '-1', '"1e9"', 'true', '1e300', '0.0000001', '[]', '{"amount":1}'])(
    'A9: a cap of %s is refused, never taken for no limit',
    (cap) => {
      expect(problemsOf(registerAgentSchema, `{"handle":"a","daily_cap":${cap}}`)).toEqual([
        expect.stringMatching(/^daily_cap /),
      ]);
      expect(
        problemsOf(registerAgentSchema, `{"handle":"a","limits":[{"of":"amount","per":"day","max":${cap}}]}`),
      ).toEqual([expect.stringMatching(/^limits\[0\]\.max /)]);
    },
  );

  it.each([
    ['{}', 'handle is missing'],
    ['{"handle":"a","surprise":1}', 'surprise is not a field of this request'],
    ['{"handle":"a","__proto__":1}', '__proto__ is not a field of this request'],
    ['{"handle":"a","limits":[{"of":"amount","per":"day","max":1,"maximum":2}]}', 'limits[0].maximum is not a field'],
    ['{"handle":"a","limits":[{"of":"amount","per":"fortnight","max":1}]}', 'limits[0].per must be one of'],
    ['{"handle":"a","limits":[{"of":"amount","per":{"rolling_seconds":0},"max":1}]}', 'limits[0].per'],
    ['{"handle":"a","limits":[{"of":"count","per":"day","max":1.5}]}', 'limits[0].max must be a whole number'],
    ['{"handle":"a","limits":[{"of":"count","per":"payment","max":1}]}', 'limits[0].per must not be payment'],
    [
      '{"handle":"a","limits":[{"of":"amount","per":"day","max":1,"time_zone":"Mars/Base"}]}',
      'limits[0].time_zone must be',
    ],
    [
      '{"handle":"a","limits":[{"of":"amount","per":"lifetime","max":1,"time_zone":"UTC"}]}',
      'limits[0].time_zone belongs',
    ],
    [
      '{"handle":"a","daily_cap":1,"limits":[{"of":"amount","per":"day","max":2}]}',
      'limits must not have amount:day:USD twice',
    ],
    ['{"handle":"a","daily_cap":1,"daily_cap_usd":1}', 'daily_cap_usd must not stand beside daily_cap'],
    ['{"handle":"a","spending_cap":{"amount":1,"currency":"EUR"}}', 'spending_cap'],
    ['{"handle":"a","protocols":["cash"]}', 'protocols[0] must be direct'],
    ['{"handle":"a","funding":"debt"}', 'funding must be treasury or own'],
    ['{"handle":"a","payment_handle":"b"}', 'payment_handle must be the same'],
    ['{"handle":"a\\u0000b"}', 'handle must not contain the NUL character'],
  ])('A10: refuses %s and names the field', (text, problem) => {
    expect(problemsOf(registerAgentSchema, text)).toEqual([expect.stringContaining(problem)]);
  });

  it('takes every kind of limit', () => {
    const limits = [
      { of: 'count', per: 'minute', max: 10 },
      { of: 'held', per: 'lifetime', max: '1.5' },
      { of: 'amount', per: { rolling_seconds: 3600 }, max: 1 },
      { of: 'amount', per: 'week', max: 1, time_zone: 'Europe/Berlin' },
      { of: 'amount', per: 'day', max: '0.0001', currency: 'JPY' },
    ];
    expect(valueOf(registerAgentSchema, JSON.stringify({ handle: 'a', limits })).limits).toEqual([
      { of: 'count', per: 'minute', maximum: '10', asset: 'USD' },
      { of: 'held', per: 'lifetime', maximum: '1500000', asset: 'USD' },
      { of: 'amount', per: { rolling_seconds: 3600 }, maximum: '1000000', asset: 'USD' },
      { of: 'amount', per: 'week', maximum: '1000000', asset: 'USD', time_zone: 'Europe/Berlin' },
      { of: 'amount', per: 'day', maximum: '1', asset: 'JPY' },
    ]);
  });
});

describe('The change of an agent', () => {
  it('A10: must name something', () => {
    expect(problemsOf(changeAgentSchema, '{}')).toEqual(['body must name something to change']);
  });

  it('E6: short forms alone are changes for the book to apply, never a list that was read before', () => {
    expect(valueOf(changeAgentSchema, '{"daily_cap":3,"per_tx_limit":null,"spending_cap":null}')).toEqual({
      lift_limits: [
        { of: 'amount', per: 'lifetime' },
        { of: 'amount', per: 'payment', asset: 'USD' },
      ],
      set_limits: [{ of: 'amount', per: 'day', maximum: '3000000', asset: 'USD' }],
    });
  });

  it('A10: short forms beside a list complete it', () => {
    expect(valueOf(changeAgentSchema, '{"limits":[],"daily_cap":3,"per_tx_limit":null}')).toEqual({
      limits: [{ of: 'amount', per: 'day', maximum: '3000000', asset: 'USD' }],
    });
  });
});

describe('The other requests', () => {
  it.each([
    ['a session without a budget', openSessionSchema, '{}', 'budget is missing'],
    ['a limit on two payees', openSessionSchema, limitOf('"service":"a","payee":"b"'), 'limits[0].payee must not'],
    ['a list that is none', registerAgentSchema, '{"handle":"a","lists":{"allow":["b"]}}', 'lists.allow'],
    [
      'hours that end before they begin',
      registerAgentSchema,
      hoursOf('"from":"17:00","to":"09:00"'),
      'later than from',
    ],
    ['hours past midnight', registerAgentSchema, hoursOf('"from":"09:00","to":"25:00"'), 'time of day'],
    ['an empty change of the org', changeOrganizationSchema, '{}', 'body must name something to change'],
    ['a default of NaN', changeOrganizationSchema, '{"first_use":{"per_day":"NaN"}}', 'first_use.per_day'],
    ['a session in another mode', openSessionSchema, '{"budget":1,"mode":"free"}', 'mode must be shared or reserved'],
    [
      'a session whose expiry is text',
      openSessionSchema,
      '{"budget":1,"expires_in":"1"}',
      'expires_in must be a whole',
    ],
    ['an empty change of a session', changeSessionSchema, '{}', 'body must name something to change'],
    ['a capture whose final is text', captureRequestSchema, '{"final":"yes"}', 'final must be true or false'],
    ['a capture with a NaN', captureRequestSchema, '{"amount":null}', 'amount must be a decimal number'],
    ['a top-up of nothing', topUpSchema, '{"amount":1}', 'wallet_id name one of'],
    ['a top-up of two things', topUpSchema, '{"amount":1,"agent_id":"a","session_id":"b"}', 'wallet_id name one of'],
    ['a top-up of 0', topUpSchema, '{"amount":0,"agent_id":"a"}', 'amount must be more than 0'],
    ['a key with an unknown role', issueKeySchema, '{"role":"root","name":"a"}', 'role must be admin'],
    ['a key without a name', issueKeySchema, '{"role":"admin"}', 'name is missing'],
  ] as [string, z.ZodType, string, string][])('A10: refuse %s', (_, schema, text, problem) => {
    expect(problemsOf(schema, text)).toEqual([expect.stringContaining(problem)]);
  });

  it('take an absent body for an empty one', () => {
    expect(valueOf(captureRequestSchema, '')).toEqual({});
  });

  it('H1: a page has at most 200 rows, and unknown parameters are refused by name', () => {
    expect(readQuery(eventsQuerySchema, { limit: '200' })).toEqual({ ok: true, value: { limit: 200 } });
    expect(readQuery(eventsQuerySchema, { limit: '201' })).toMatchObject({ ok: false, problems: [{ field: 'limit' }] });
    expect(readQuery(eventsQuerySchema, { limit: ['1', '2'] })).toMatchObject({
      ok: false,
      problems: [{ field: 'limit' }],
    });
    expect(readQuery(eventsQuerySchema, { offset: '1' })).toMatchObject({
      ok: false,
      problems: [{ field: 'offset', message: 'is not a field of this query' }],
    });
  });

  it('reads what a report groups by, and days as their first moment', () => {
    expect(readQuery(spendReportQuerySchema, { group_by: 'agent,day', from: '2026-01-01' })).toEqual({
      ok: true,
      value: { group_by: ['agent', 'day'], from: Date.UTC(2026, 0, 1) },
    });
    expect(readQuery(spendReportQuerySchema, { group_by: 'agent,colour' })).toMatchObject({ ok: false });
    expect(readQuery(spendReportQuerySchema, { group_by: 'agent', from: '2026-13-01' })).toMatchObject({ ok: false });
    expect(readQuery(spendReportQuerySchema, {})).toEqual({ ok: true, value: {} });
    expect(readQuery(spendReportQuerySchema, { as_of: '2026-01-01' })).toMatchObject({
      problems: [{ field: 'as_of' }],
    });
  });
});
