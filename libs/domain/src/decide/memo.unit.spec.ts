import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';

describe('The memo of a payment', () => {
  it('D20 given its salted hash, then it stands in the event that decides the payment, and in no later one', () => {
    const book = new BookScenario();
    const first = book.log.length;
    const payment = book.hold(10n, { memo_hash: 'hash of a hold' });
    book.given({ type: 'payment.capture', payment_id: payment, amount: 10n, final: true });
    book.spend(10n, { memo_hash: 'hash of a transfer' });
    book.tryHold(10n ** 15n, { memo_hash: 'hash of a refusal' });
    book.spend(10n);
    const payments = book.log.slice(first).filter(({ type }) => type.startsWith('payment.'));
    expect(payments.map((event) => [event.type, 'memo_hash' in event ? event.memo_hash : 'none'])).toEqual([
      ['payment.authorized', 'hash of a hold'],
      ['payment.captured', 'none'],
      ['payment.transferred', 'hash of a transfer'],
      ['payment.declined', 'hash of a refusal'],
      ['payment.transferred', 'none'],
    ]);
  });
});
