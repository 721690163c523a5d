import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import {
  captured,
  challengeFor,
  details,
  knownCaller,
  ORG,
  PAYMENT,
  read,
  requestOf,
  requirements,
  settlementWith,
  tokenFor,
  wire,
} from '../../test-support/scripted.js';
import { settlePayment } from './settle.js';
import { verifyPayment } from './verify.js';

function bodyFor(fields: object = {}, payload: object = {}) {
  const accepted = { ...requirements, ...fields };
  return {
    x402Version: 2,
    paymentPayload: { x402Version: 2, accepted, payload: { token: tokenFor(challengeFor(fields)), ...payload } },
    paymentRequirements: accepted,
  };
}
const refused = (code: string): OwnerAnswer =>
  ({ kind: 'refused', refusal: { code, scope: { kind: 'payment', id: PAYMENT } } }) as OwnerAnswer;
const unknown: OwnerAnswer = { kind: 'unavailable', code: 'outcome_unknown' };
const step = (type: string): OwnerAnswer =>
  ({ kind: 'recorded', event: { type, ...details }, position: '3:9' }) as unknown as OwnerAnswer;

describe('settling', () => {
  it('C5: is one command about the token’s hold and terms, answered with what was moved', async () => {
    const { parts, asked } = settlementWith(captured());
    expect(read(await settlePayment(parts, requestOf(bodyFor())))).toEqual({
      outcome: 'ok',
      body: {
        success: true,
        transaction: PAYMENT,
        network: 'ledger:test',
        payer: 'agt_payer',
        amount: '50000',
        extra: {
          payment_id: PAYMENT,
          status: 'captured',
          receipt_id: PAYMENT.replace('pay_', 'rcpt_'),
          position: '3:9',
        },
      },
    });
    const terms_hash = challengeFor().terms_hash;
    expect(asked).toMatchObject([
      { type: 'payment.redeem', org: ORG, payment_id: PAYMENT, step: 'capture', amount: 50_000n, terms_hash },
    ]);
  });

  const escrow = { extra: { paymentFlow: 'escrow' } };
  it.each([
    ['authorize', 'confirm', 'payment.dispatched', 'held', '50000'],
    ['void', 'release', 'payment.voided', 'released', '0'],
  ])('B3: in the flow escrow %s is the step %s', async (type, expected, event, status, amount) => {
    const { parts, asked } = settlementWith(step(event));
    const { body } = read(await settlePayment(parts, requestOf(bodyFor(escrow, { type }))));
    expect(asked).toMatchObject([{ step: expected, amount: undefined }]);
    expect(body).toMatchObject({ success: true, amount, extra: { status } });
  });

  it('B3: in the flow escrow capture captures, and for a step that is none only who asks is asked', async () => {
    const none = [undefined, 'AUTHORIZE', 'refund', 1, null];
    const { parts, asked } = settlementWith(captured(), ...none.map(() => knownCaller));
    await settlePayment(parts, requestOf(bodyFor(escrow, { type: 'capture' })));
    expect(asked).toMatchObject([{ step: 'capture', amount: 50_000n }]);
    for (const type of none)
      expect(read(await settlePayment(parts, requestOf(bodyFor(escrow, { type })))).body).toMatchObject({
        success: false,
        errorReason: 'invalid_payload',
        transaction: '',
        network: 'ledger:test',
      });
    expect(asked.slice(1).map(({ type }) => type)).toEqual(none.map(() => 'query.credential'));
  });

  it('B3: outside of escrow the payer’s payload chooses no step', async () => {
    for (const type of ['authorize', 'void', 'capture']) {
      const { parts, asked } = settlementWith(captured());
      await settlePayment(parts, requestOf(bodyFor({}, { type })));
      expect(asked).toMatchObject([{ step: 'capture' }]);
    }
  });

  it.each([
    ['duplicate_settlement', 'duplicate_settlement', PAYMENT, 'ok'],
    ['hold_expired', 'payment_expired', '', 'ok'],
    ['payment_not_capturable', 'invalid_transaction_state', '', 'ok'],
    ['payment_dispatched', 'invalid_transaction_state', '', 'ok'],
    ['payment_not_redeemable', 'invalid_payload', '', 'ok'],
    ['payment_not_found', 'invalid_payload', '', 'ok'],
    ['payment_pending_approval', 'payment_pending_approval', '', 'ok'],
    ['capture_exceeds_hold', 'invalid_payment_requirements', '', 'ok'],
    ['agent_not_own', 'agent_not_own', '', 'forbidden'],
    ['role_not_allowed', 'role_not_allowed', '', 'forbidden'],
    ['credential_invalid', 'credential_invalid', '', 'unauthorized'],
  ])('D19: %s of the book is %s on the wire', async (code, errorReason, transaction, outcome) => {
    const { parts } = settlementWith(refused(code));
    const answer = read(await settlePayment(parts, requestOf(bodyFor())));
    expect(answer).toEqual({
      outcome,
      body: {
        success: false,
        errorReason,
        errorMessage: expect.any(String),
        transaction,
        network: 'ledger:test',
        payer: 'agt_payer',
      },
    });
  });

  it('C5: what verifying has read is settled as if it were read anew, for the very same body alone', async () => {
    const holds: OwnerAnswer = { kind: 'redemption', redemption: {} } as unknown as OwnerAnswer;
    const { parts, asked } = settlementWith(holds, holds, ...Array.from({ length: 4 }, () => captured()));
    const [one, two] = ['50000', '70000'].map((amount) => JSON.stringify(bodyFor({ amount })));
    for (const body of [one, two]) await verifyPayment(parts, requestOf(body));
    for (const body of [two, `${two} `, one, one]) await settlePayment(parts, requestOf(body));
    const anew = settlementWith(captured());
    await settlePayment(anew.parts, requestOf(one));
    expect(asked.slice(2)).toMatchObject([70_000n, 70_000n, 50_000n, 50_000n].map((amount) => ({ amount })));
    expect(asked[4]).toEqual(anew.asked[0]);
    expect(asked[5]).toEqual(anew.asked[0]);
  });

  it('C5: what comes read already, as from the bus, is never taken for what came so before', async () => {
    const holds: OwnerAnswer = { kind: 'redemption', redemption: {} } as unknown as OwnerAnswer;
    const { parts, asked } = settlementWith(holds, captured());
    const [one, two] = ['50000', '70000'].map((amount) => requestOf('', { value: wire(bodyFor({ amount })) }));
    await verifyPayment(parts, one!);
    await settlePayment(parts, two!);
    expect(asked[1]).toMatchObject({ amount: 70_000n });
  });

  it('A7: without an owner nothing was decided, and without a credential nothing is asked', async () => {
    const { parts, asked } = settlementWith({ kind: 'unavailable', code: 'book_unavailable' });
    expect(read(await settlePayment(parts, requestOf(bodyFor())))).toMatchObject({
      outcome: 'unavailable',
      body: { success: false, errorReason: 'book_unavailable', transaction: '' },
    });
    for (const call of [settlePayment, verifyPayment])
      expect(read(await call(parts, requestOf(bodyFor(), { caller: undefined })))).toMatchObject({
        outcome: 'unauthorized',
      });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['rate_limited', 2500],
    ['overloaded', undefined],
  ] as const)('D19: %s of the book is told to wait, in the shape of every other failure', async (code, after) => {
    const throttled: OwnerAnswer = { kind: 'unavailable', code, retry_after_ms: after };
    const { parts } = settlementWith(throttled, throttled);
    const settled = await settlePayment(parts, requestOf(bodyFor()));
    expect(settled).toMatchObject({ outcome: 'throttled', retry_after_ms: after });
    expect(read(settled).body).toEqual({
      success: false,
      errorReason: code,
      errorMessage: expect.any(String),
      transaction: '',
      network: 'ledger:test',
      payer: 'agt_payer',
    });
    const verified = await verifyPayment(parts, requestOf(bodyFor()));
    expect(verified).toMatchObject({ outcome: 'throttled', retry_after_ms: after });
    expect(read(verified).body).toMatchObject({ isValid: false, invalidReason: code, payer: 'agt_payer' });
  });

  it('C3: where the outcome is not known the same call again is the same attempt, once, and then a duplicate', async () => {
    const { parts, asked } = settlementWith(unknown, captured(), refused('duplicate_settlement'));
    const call = (fresh: string) => settlePayment(parts, requestOf(bodyFor(), { fresh_id: fresh.repeat(32) }));
    expect(read(await call('1'))).toMatchObject({
      outcome: 'unavailable',
      body: { success: false, errorReason: 'settlement_pending', transaction: PAYMENT },
    });
    expect(read(await call('2')).body).toMatchObject({ success: true });
    expect(read(await call('3')).body).toMatchObject({ errorReason: 'duplicate_settlement', transaction: PAYMENT });
    const [first, again, other] = asked.map(({ fingerprint }) => fingerprint);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('C3: an attempt whose outcome is not known goes on after the book has said to come again later', async () => {
    const later = (code: 'rate_limited' | 'book_unavailable'): OwnerAnswer => ({ kind: 'unavailable', code });
    const answers = [
      unknown,
      later('rate_limited'),
      later('book_unavailable'),
      captured(),
      refused('duplicate_settlement'),
    ];
    const { parts, asked } = settlementWith(...answers);
    const call = (fresh: string) => settlePayment(parts, requestOf(bodyFor(), { fresh_id: fresh.repeat(32) }));
    for (const fresh of ['1', '2', '3']) expect(read(await call(fresh)).body).toMatchObject({ success: false });
    expect(read(await call('4')).body).toMatchObject({ success: true });
    expect(read(await call('5')).body).toMatchObject({ errorReason: 'duplicate_settlement' });
    const prints = asked.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints.slice(0, 4)).size).toBe(1);
    expect(prints[4]).not.toBe(prints[0]);
  });

  it('C1 C5: an Idempotency-Key is the attempt of its caller alone; without one each call is another', async () => {
    const { parts, asked } = settlementWith(captured(), captured(), captured(), captured(), captured());
    const other = { caller: { org: ORG, credential: { subject: 'key_1', proof: 'proof' } } };
    for (const fields of [{ key: 'k' }, { key: 'k', fresh_id: 'b' }, { key: 'k', ...other }, {}, { fresh_id: 'c' }])
      await settlePayment(parts, requestOf(bodyFor(), fields));
    const prints = asked.map(({ fingerprint }) => fingerprint);
    expect(prints[1]).toBe(prints[0]);
    expect(new Set(prints).size).toBe(4);
  });

  it('A9: a fault of ours is no failure of the payment', async () => {
    const { parts } = settlementWith();
    await expect(settlePayment(parts, requestOf(bodyFor()))).rejects.toThrow('nothing was said');
    await expect(verifyPayment(parts, requestOf(bodyFor()))).rejects.toThrow('nothing was said');
  });
});

describe('a payee of another org', () => {
  const OTHER = 'org_00000000000070008000000000000002';
  const credential = (kind: string, role?: string): OwnerAnswer =>
    ({ kind: 'credential', credential: { kind, subject: 'agt_boss', role } }) as unknown as OwnerAnswer;
  const agent: OwnerAnswer = {
    kind: 'agent',
    agent: { agent_id: 'agt_shop', handle: 'shop' },
  } as unknown as OwnerAnswer;
  const fields = { payTo: `${OTHER}/shop` };
  const request = requestOf(bodyFor(fields), {
    caller: { org: OTHER, credential: { subject: 'agt_boss', proof: 'p' } },
  });

  it('F3 D15: is vouched for as the payee where its token sees it, itself or from above', async () => {
    const { parts, asked } = settlementWith(credential('agent'), agent, captured());
    expect(read(await settlePayment(parts, request)).body).toMatchObject({ success: true });
    expect(asked[1]).toMatchObject({ type: 'query.agent', org: OTHER, agent: 'shop' });
    expect(asked[2]).toMatchObject({
      org: ORG,
      credential: {
        subject: 'agt_boss',
        proven_by: 'settlement',
        payee_org: OTHER,
        payee: { agent_id: 'agt_shop', handle: 'shop' },
      },
    });
  });

  it('F7: is refused where it is another agent, reads only, or is a session', async () => {
    for (const answers of [
      [credential('agent'), refused('agent_not_found')],
      [credential('key', 'finance')],
      [credential('session')],
    ]) {
      const { parts } = settlementWith(...answers);
      expect(read(await settlePayment(parts, request))).toMatchObject({ outcome: 'forbidden' });
    }
    const { parts } = settlementWith(refused('credential_invalid'));
    expect(read(await settlePayment(parts, request))).toMatchObject({ outcome: 'unauthorized' });
  });
});
