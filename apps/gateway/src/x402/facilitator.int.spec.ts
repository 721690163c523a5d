import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettlementAnswer } from '#contracts';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';

let gateway: GatewayUnderTest;
let answer: SettlementAnswer;
beforeAll(async () => {
  gateway = await startGateway({ settlement: { ask: () => Promise.resolve(answer) } });
});
afterAll(() => gateway.close());

describe('A facilitator’s answers over HTTP', () => {
  it.each([
    ['throttled', 429, 2500, '3'],
    ['throttled', 429, undefined, '1'],
    ['unavailable', 503, 500, '1'],
    ['unavailable', 503, undefined, '1'],
  ] as const)(
    'D19: %s is %d with Retry-After, and the body as settlement wrote it',
    async (outcome, status, retry_after_ms, after) => {
      const body = '{"success":false, "errorReason":"why","transaction":"","network":"ledger:main"}';
      answer = { kind: 'done', outcome, body, retry_after_ms };
      for (const path of ['/x402/settle', '/x402/verify']) {
        const called = await gateway.call('POST', path, { body: {} });
        expect({ path, status: called.status, text: called.text }).toEqual({ path, status, text: body });
        expect(called.headers.get('retry-after')).toBe(after);
      }
    },
  );
});
