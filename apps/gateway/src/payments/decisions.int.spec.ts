import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decisionAnswerSchema, encodeDecision } from '#contracts';
import type { Explanation } from '#domain';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';

const BODY = { payee: 'writer', amount: 0.05, capture: true };
const decision: Explanation = {
  would: 'captured',
  time: Date.UTC(2026, 0, 1, 12),
  policy_version: 5,
  rules: [
    {
      scope: { kind: 'agent', id: 'agt_1' },
      rule: 'amount:day:USD',
      effect: 'refuses',
      passes: true,
      code: 'window_limit_exceeded',
      asset: 'USD',
      limit: '1000000',
      spent: '250000',
      held: '0',
      requested: '50000',
      remaining: '750000',
      resets_at: Date.UTC(2026, 0, 2),
      remaining_after: '700000',
    },
    { scope: { kind: 'session', id: 'ses_1' }, rule: 'open', effect: 'refuses', passes: true },
  ],
};

let gateway: GatewayUnderTest;
beforeAll(async () => void (gateway = await startGateway()));
afterAll(() => gateway.close());

describe('POST /v1/decisions', () => {
  it('D7: tells every rule with its figures as decimals, and those without any as passed or not', async () => {
    gateway.owner.on('query.decision', { kind: 'decision', decision: encodeDecision(decision) });
    const called = await gateway.call('POST', '/v1/decisions', { body: BODY });
    expect(called.status).toBe(200);
    expect(called.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(decisionAnswerSchema.parse(called.json).rules).toEqual([
      {
        scope: { kind: 'agent', id: 'agt_1' },
        rule: 'amount:day:USD',
        effect: 'refuses',
        passes: true,
        code: 'window_limit_exceeded',
        currency: 'USD',
        limit: '1',
        spent: '0.25',
        held: '0',
        requested: '0.05',
        remaining: '0.75',
        resets_at: '2026-01-02T00:00:00.000Z',
        remaining_after: '0.7',
      },
      { scope: { kind: 'session', id: 'ses_1' }, rule: 'open', effect: 'refuses', passes: true, code: null },
    ]);
  });

  it('D19: answers 503 where the owner speaks another version, rather than rules that nobody gave', async () => {
    gateway.owner.on('query.decision', { kind: 'decision', decision: decision as never });
    const called = await gateway.call('POST', '/v1/decisions', { body: BODY });
    expect(called).toMatchObject({ status: 503, json: { code: 'internal_error' } });
  });
});
