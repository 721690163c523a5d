import { describe, expect, it } from '@jest/globals';
import { b64, parameters, TOKEN } from '../test-support/challenges.js';
import { MPP_BOUNDS } from './bounds.js';
import { isPaymentCredential, readCredential, writeCredential, type LedgerCredential } from './credential.js';
import { paymentProblem } from './problems.js';
import { readPaymentReceipt, writePaymentReceipt } from './receipt.js';

const challenge = parameters({ digest: 'd', opaque: b64({ a: 'b' }), description: 'A – page' });
const credential = { challenge, payload: { token: TOKEN } } as unknown as LedgerCredential;
const readOf = (changed: object) => readCredential(`Payment ${b64({ ...credential, ...changed })}`);
const faultOf = (read: ReturnType<typeof readCredential>) => (read.ok ? 'ok' : read.problems[0]!.field);

describe('A credential of the scheme Payment', () => {
  it('A6: carries the challenge as it came and the token, and is read again', () => {
    const written = writeCredential(credential);
    expect(written).toMatch(/^Payment [\w-]+$/);
    expect(JSON.parse(Buffer.from(written.slice(8), 'base64url').toString())).toEqual(credential);
    expect(readCredential(written)).toEqual({ ok: true, credential });
    expect(readCredential(written.replace('Payment ', 'payment   '))).toEqual({ ok: true, credential });
  });

  it('A6: what a reader does not know is left out; the payer may name himself', () => {
    expect(readOf({ source: 'did:example:1', later: 5, challenge: { ...challenge, header: 'x' } })).toEqual({
      ok: true,
      credential,
    });
  });

  it.each(['id', 'realm', 'method', 'intent', 'request'])('A9: without the challenge’s %s it is refused', (name) => {
    const { [name]: _left, ...rest } = challenge;
    expect(faultOf(readOf({ challenge: rest }))).toBe(`challenge.${name}`);
    for (const value of ['', 5, null, {}, 'é'.repeat(300)])
      if (!(name === 'realm' && value === ''))
        expect(faultOf(readOf({ challenge: { ...challenge, [name]: value } }))).toBe(`challenge.${name}`);
  });

  it.each([
    ['challenge', undefined],
    ['challenge', 'x'],
    ['challenge', [challenge]],
    ['payload', undefined],
    ['payload', TOKEN],
    ['payload.token', {}],
    ['payload.token', { token: '' }],
    ['payload.token', { token: 5 }],
    ['payload.type', { token: TOKEN, type: 'authorize' }],
    ['payload.challenge_id', { token: TOKEN, challenge_id: 'other' }],
  ])('A9: with a wrong %s it is refused (case %#)', (field, value) => {
    const name = field.split('.')[0]!;
    expect(faultOf(readOf({ [name]: value }))).toBe(field);
  });

  it.each([
    ['Payment', true],
    ['Payment ', true],
    [`Payment ${b64('[]')}`, true],
    [`Payment ${b64('{')}`, true],
    [`Payment ${b64('{}')}=`, true],
    [`Payment ${b64('{}')}, Bearer x`, true],
    [`Payment ${b64('{"challenge":{},"challenge":{}}')}`, true],
    [`Payment ${'A'.repeat(MPP_BOUNDS.header_characters + 4)}`, true],
    [`Payment ${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}`, true],
    ['Bearer x', false],
    ['Payments x', false],
  ])('A9: a text that is none is refused (case %#)', (text, isOne) => {
    expect(isPaymentCredential(text)).toBe(isOne);
    expect(readCredential(text).ok).toBe(false);
  });
});

describe('A receipt and a problem', () => {
  it('A6: the receipt is read again, and nothing else is taken for one', () => {
    const receipt = { timestamp: '2026-03-04T12:00:00.000Z', reference: 'pay_1', receiptId: 'rcpt_1' };
    const written = writePaymentReceipt(receipt);
    expect(readPaymentReceipt(written)).toEqual({ status: 'success', method: 'ledger', ...receipt });
    const full = { status: 'success', method: 'ledger', ...receipt };
    for (const changed of [{ status: 'failed' }, { method: 'tempo' }, { timestamp: 'now' }, { reference: '' }])
      expect(readPaymentReceipt(b64({ ...full, ...changed }))).toBeUndefined();
    expect(readPaymentReceipt('!')).toBeUndefined();
  });

  it('D7: a problem has the protocol’s own type', () => {
    expect(paymentProblem('payment-expired', 'It is over.', 'id-1')).toEqual({
      type: 'https://paymentauth.org/problems/payment-expired',
      title: 'Payment Expired',
      status: 402,
      detail: 'It is over.',
      challengeId: 'id-1',
    });
    expect(paymentProblem('payment-required', '')).not.toHaveProperty('challengeId');
  });
});
