import { expect, it } from '@jest/globals';
import { paymentOfTransaction } from './transaction.js';

const HEX = '01900000000070008000000000000001';

it('C3: a transaction is a payment’s id, or the same as a hash', () => {
  expect(paymentOfTransaction(`pay_${HEX}`)).toBe(`pay_${HEX}`);
  expect(paymentOfTransaction(`0x${HEX}${'0'.repeat(32)}`)).toBe(`pay_${HEX}`);
});

it.each([
  '',
  'pay_1',
  HEX,
  `0x${HEX}`,
  `0x${HEX}${'1'.repeat(32)}`,
  `pay_${HEX}0`,
  `pay_${HEX.toUpperCase()}G`,
  `pay_${HEX}\n`,
])('A9: %j names none', (text) => {
  expect(paymentOfTransaction(text)).toBeUndefined();
});
