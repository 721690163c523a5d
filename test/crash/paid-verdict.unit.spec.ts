import { describe, expect, it } from '@jest/globals';
import type { PaymentFigures } from './fold.js';
import type { PaidTold, Said } from './paid-callers.js';
import {
  answersWithoutCapture,
  calledAgain,
  capturedAboveHold,
  doneBySandbox,
  otherAnswers,
  spentAfterNo,
  unfitting,
  type PaidPayments,
} from './paid-verdict.js';

const KEY = 'paid-0-1';
const FIGURES: PaymentFigures = {
  amount: 50_000n,
  held: 0n,
  captured: 20_000n,
  captures: 1,
  refunded: 0n,
  voided_or_expired: false,
  labels: {},
  is_unknown: false,
};
const VOIDED = { ...FIGURES, captured: 0n, captures: 0, voided_or_expired: true };
const HELD = { ...VOIDED, held: 50_000n, voided_or_expired: false };

function payments(...each: PaymentFigures[]): PaidPayments {
  return new Map([[KEY, new Map(each.map((figures, index) => [`pay_${index}`, figures]))]]);
}

function told(what: Said['what'], text = 'said'): PaidTold[] {
  const request = { key: KEY, body: '', service: 'tavily' as const, hangs_up: false, is_hasty: false };
  const json = { receipt: { payment_id: 'pay_0', amount_captured: '0.02' } };
  return [{ request, what, code: 'x', text, json }];
}

const call = (status: number | null, repeated = false) => ({ number: 1, body: `{"q":"${KEY}"}`, status, repeated });

describe('The verdict on paid calls', () => {
  it.each([
    ['with no payment', new Map()],
    ['that was voided', payments(VOIDED)],
    ['with another amount', payments({ ...FIGURES, captured: 20_001n })],
    ['in two captures', payments({ ...FIGURES, captures: 2 })],
    ['of another payment', payments(VOIDED, FIGURES)],
    ['with a second payment', payments(FIGURES, FIGURES)],
  ])('C4: finds a receipt %s, and none where all is well', (_what, found) => {
    expect(answersWithoutCapture(told('answered'), found)).toHaveLength(1);
    expect(answersWithoutCapture(told('answered'), payments(FIGURES, VOIDED))).toEqual([]);
  });

  it('B3: finds what was spent, or is held, after it was said that nothing was', () => {
    for (const what of ['nothing spent', 'free'] as const) {
      for (const found of [payments(FIGURES), payments(VOIDED, HELD)])
        expect(spentAfterNo(told(what), found)).toHaveLength(1);
      expect(spentAfterNo(told(what), payments(VOIDED))).toEqual([]);
    }
  });

  it('B4: finds a capture above its hold', () => {
    expect(capturedAboveHold(payments({ ...FIGURES, captured: 50_001n }))).toEqual(['pay_0']);
    expect(capturedAboveHold(payments({ ...FIGURES, captured: 50_000n }))).toEqual([]);
  });

  it('C3: counts what the sandbox did: not what it refused or told again, but what it hung up on', () => {
    const calls = [call(200), call(null), call(429), call(200, true), { ...call(200), body: 'of nobody' }];
    expect([...doneBySandbox(calls)]).toEqual([[KEY, 2]]);
  });

  it('C3: finds what was paid and not done, and what was done and is neither paid nor open', () => {
    const done = new Map([[KEY, 1]]);
    expect(unfitting(payments(FIGURES), new Map())).toEqual([KEY]);
    for (const found of [payments(VOIDED), new Map()]) expect(unfitting(found, done)).toEqual([KEY]);
    for (const found of [payments(FIGURES), payments(VOIDED, HELD)]) expect(unfitting(found, done)).toEqual([]);
    for (const found of [payments(VOIDED), payments(HELD)]) expect(unfitting(found, new Map())).toEqual([]);
  });

  it('C1: finds another answer to the same key, and lets what was unknown be known', () => {
    const again = (what: Said['what'], text: string) => new Map([[KEY, told(what, text)[0]!]]);
    expect(otherAnswers(told('answered'), again('answered', 'other'))).toHaveLength(1);
    expect(otherAnswers(told('answered'), new Map())).toHaveLength(1);
    expect(otherAnswers(told('unknown'), new Map())).toHaveLength(1);
    for (const what of ['answered', 'nothing spent', 'unknown'] as const)
      expect(otherAnswers(told('unknown'), again(what, 'other'))).toEqual([]);
    expect(otherAnswers(told('answered'), again('answered', 'said'))).toEqual([]);
  });

  it('C3: finds a call for a key of which all was known, or nothing is still, and lets a service that had been busy be called', () => {
    const again = (what: Said['what']) => new Map([[KEY, told(what)[0]!]]);
    for (const [before, now] of [
      ['answered', 'answered'],
      ['nothing spent', 'nothing spent'],
      ['unknown', 'unknown'],
    ] as const)
      expect(calledAgain(told(before), again(now), [call(200)])).toEqual([KEY]);
    expect(calledAgain(told('unknown'), again('answered'), [call(200)])).toEqual([]);
    expect(calledAgain(told('answered'), again('answered'), [])).toEqual([]);
  });
});
