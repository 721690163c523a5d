import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, SettlementRequest } from '#contracts';
import {
  captured,
  challengeFor,
  knownCaller,
  read,
  requestOf,
  settlementWith,
  tokenFor,
} from '../../test-support/scripted.js';
import type { SettlementParts } from '../ports.js';
import { Answered } from '../refused.js';
import { redeemToken } from '../x402/redeem.js';
import { resolveChallenge } from '../x402/resolve.js';
import { settlePayment } from '../x402/settle.js';
import { verifyPayment } from '../x402/verify.js';

const bad: OwnerAnswer = {
  kind: 'refused',
  refusal: { code: 'credential_invalid', scope: { kind: 'agent', id: 'agt_writer' } },
};
const token = tokenFor(challengeFor());
const CALLS: [string, typeof redeemToken, object][] = [
  ['a token that is none', redeemToken, { payment_token: 'a.b.c', amount: '0.05' }],
  ['a token that is no text', redeemToken, { payment_token: 5, amount: '0.05' }],
  ['another amount than the token’s', redeemToken, { payment_token: token, amount: '0.06' }],
  ['a challenge that is none', resolveChallenge, { challenge: 'x' }],
  [
    'a challenge of no payee’s',
    resolveChallenge,
    { challenge: { amount: '0.05', currency: 'USD', destination: 'no/one', nonce: '1' } },
  ],
];

async function ask(call: typeof redeemToken, parts: SettlementParts, request: SettlementRequest) {
  try {
    return await call(parts, request);
  } catch (thrown) {
    if (thrown instanceof Answered) return thrown.answer;
    throw thrown;
  }
}

describe('A request that settlement itself refuses', () => {
  it.each(CALLS)('F1 F6: for %s is refused for its credential first', async (_what, call, body) => {
    const { parts, asked } = settlementWith(bad);
    expect(await ask(call, parts, requestOf(body))).toEqual(bad);
    expect(asked).toMatchObject([{ type: 'query.credential', credential: { subject: 'agt_writer', proof: 'proof' } }]);
  });

  it.each(CALLS)('F1: for %s is told so where the credential is good', async (_what, call, body) => {
    const answer = await ask(call, settlementWith(knownCaller).parts, requestOf(body));
    expect(answer).toMatchObject({ kind: 'problem', problems: [{ field: expect.any(String) }] });
  });

  it.each(CALLS)('A7: for %s is told nothing while nobody can judge the credential', async (_what, call, body) => {
    const unavailable: OwnerAnswer = { kind: 'unavailable', code: 'book_unavailable' };
    expect(await ask(call, settlementWith(unavailable).parts, requestOf(body))).toEqual(unavailable);
  });

  it.each(CALLS)('F1: for %s asks nobody where there is no credential at all', async (_what, call, body) => {
    const { parts, asked } = settlementWith();
    const answer = await ask(call, parts, requestOf(body, { caller: undefined }));
    expect([answer, asked]).toEqual([{ kind: 'problem', code: 'credential_missing' }, []]);
  });
});

describe.each([
  ['verify', verifyPayment],
  ['settle', settlePayment],
])('A call of %s that settlement itself fails', (_name, call) => {
  it.each([
    ['an empty body', {}],
    ['a text', 'x'],
  ])('F1 F6: for %s says so in its own shape, and only to who is somebody', async (_what, body) => {
    const { parts, asked } = settlementWith(bad, knownCaller);
    expect(read(await call(parts, requestOf(body)))).toMatchObject({ outcome: 'unauthorized' });
    expect(asked).toMatchObject([{ type: 'query.credential', credential: { subject: 'agt_writer', proof: 'proof' } }]);
    expect(read(await call(parts, requestOf(body)))).toMatchObject({ outcome: 'malformed' });
  });
});

describe('A request that passes', () => {
  it('H4: asks no question about its credential', async () => {
    const receipt: OwnerAnswer = { kind: 'unavailable', code: 'book_unavailable' };
    const { parts, asked } = settlementWith(captured(), receipt);
    await redeemToken(parts, requestOf({ payment_token: token, amount: '0.05' }));
    expect(asked.map(({ type }) => type)).toEqual(['payment.redeem', 'query.payment']);
  });
});
