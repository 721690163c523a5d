import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from './events/index.js';
import { isForPayee } from './told-to-payee.js';

describe('What a payee is told of a payment', () => {
  it.each<[BookEvent['type'], boolean]>([
    ['payment.declined', false],
    ['payment.pending_approval', false],
    ['payment.approval_refused', false],
    ['payment.authorized', true],
    ['payment.transferred', true],
    ['payment.captured', true],
    ['payment.capture_refused', true],
    ['payment.refund_refused', true],
    ['clearing.credited', true],
  ])('D10: of %s: %j, since it must tell nothing of the payer’s rules', (type, told) => {
    expect(isForPayee({ type } as BookEvent)).toBe(told);
  });
});
