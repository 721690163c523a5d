import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettlementAnswer, SettlementRequest } from '#contracts';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';

let gateway: GatewayUnderTest;
let answer: SettlementAnswer;
let asked: { call: string; request: SettlementRequest }[];
beforeAll(async () => {
  const ask = (call: string, request: SettlementRequest) => {
    asked.push({ call, request });
    return Promise.resolve(answer);
  };
  gateway = await startGateway({ settlement: { ask } });
});
afterAll(() => gateway.close());

function answering(next: SettlementAnswer): void {
  answer = next;
  asked = [];
}

describe('Receipts over HTTP', () => {
  it('D4: go out as settlement wrote them, to the byte', async () => {
    answering({ kind: 'done', outcome: 'ok', body: '{"b":1, "a":"0.10"}' });
    const { status, text, headers } = await gateway.call('GET', '/v1/receipts/rcpt_1');
    expect({ status, text }).toEqual({ status: 200, text: '{"b":1, "a":"0.10"}' });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(asked).toMatchObject([{ call: 'receipt.read', request: { parameters: { id: 'rcpt_1' } } }]);
    expect(asked[0]!.request.caller!.credential.subject).toMatch(/^key_/);
  });

  it('are a problem document where settlement refuses', async () => {
    answering({ kind: 'problem', code: 'receipt_not_found', scope: { kind: 'receipt', id: 'rcpt_1' } });
    expect(await gateway.call('GET', '/v1/receipts/rcpt_1')).toMatchObject({
      status: 404,
      json: { code: 'receipt_not_found', scope: { kind: 'receipt', id: 'rcpt_1' } },
    });
  });

  it('want a credential, and settlement is not asked without one', async () => {
    answering({ kind: 'done', outcome: 'ok', body: '{}' });
    expect(await gateway.call('GET', '/v1/receipts/rcpt_1', { token: null })).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });

  it('are not available where settlement is not, and no more are the keys', async () => {
    answering({ kind: 'unavailable', code: 'settlement_unavailable' });
    for (const path of ['/v1/receipts/rcpt_1', '/.well-known/jwks.json']) {
      const { status, json, headers } = await gateway.call('GET', path);
      expect({ path, status, code: json['code'] }).toEqual({ path, status: 503, code: 'settlement_unavailable' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('have public keys that everybody may read', async () => {
    answering({ kind: 'done', outcome: 'ok', body: '{"keys":[]}' });
    const { status, text } = await gateway.call('GET', '/.well-known/jwks.json', { token: null });
    expect({ status, text }).toEqual({ status: 200, text: '{"keys":[]}' });
    expect(asked[0]?.request).not.toHaveProperty('caller');
  });
});
