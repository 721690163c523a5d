import { describe, expect, it } from '@jest/globals';
import { Unanswered } from './unanswered.js';

const redemption = { payment_id: 'pay_1', step: 'capture', amount: 5n, subject: 'agt_1' };

describe('redemptions whose outcome was not known', () => {
  it('C3 C5: one later call goes on with the attempt, and the one after that does not', () => {
    const unanswered = new Unanswered();
    expect(unanswered.take(redemption)).toBeUndefined();
    unanswered.keep(redemption, 'first');
    expect(unanswered.take(redemption)).toBe('first');
    expect(unanswered.take(redemption)).toBeUndefined();
  });

  it('C5: only the same caller with the same step and amount of the same payment does', () => {
    const unanswered = new Unanswered();
    unanswered.keep(redemption, 'first');
    for (const other of [{ payment_id: 'pay_2' }, { step: 'release' }, { amount: 4n }, { subject: 'agt_2' }])
      expect(unanswered.take({ ...redemption, ...other })).toBeUndefined();
    expect(unanswered.take(redemption)).toBe('first');
  });

  it('H4: keeps ten thousand of them, and then forgets the oldest', () => {
    const unanswered = new Unanswered();
    for (let number = 0; number <= 10_000; number++)
      unanswered.keep({ ...redemption, payment_id: `pay_${number}` }, 'attempt');
    expect(unanswered.take({ ...redemption, payment_id: 'pay_0' })).toBeUndefined();
    expect(unanswered.take({ ...redemption, payment_id: 'pay_1' })).toBe('attempt');
    expect(unanswered.take({ ...redemption, payment_id: 'pay_10000' })).toBe('attempt');
  });
});
