import { beforeEach, describe, expect, it } from '@jest/globals';
import { BookScenario, ONE } from '#testing';

const MINUTE = 60_000;

let book: BookScenario;
let ends: number;
beforeEach(() => {
  book = new BookScenario();
  ends = book.now + MINUTE;
});

const hold = (fields: object = {}) => ({
  type: 'payment.authorize' as const,
  payee: { service: 'search' },
  amount: 10n,
  asset: 'USD' as const,
  capture: false,
  protocol: 'x402' as const,
  labels: {},
  not_after: ends,
  ...fields,
});

describe('A challenge that ends', () => {
  it('C5: given its time is over, when it is to be paid, then it is refused, and nothing is recorded or held', () => {
    book.passTime(MINUTE - 1);
    expect(book.given(hold()).type).toBe('payment.authorized');
    book.passTime(1);
    const recorded = book.log.length;
    expect(book.refused(hold())).toEqual({ code: 'challenge_expired', scope: { kind: 'request', id: 'challenge' } });
    book.passTime(MINUTE);
    expect(book.refused(hold()).code).toBe('challenge_expired');
    expect(book.log.length).toBe(recorded);
  });

  it('B1: its hold lives no longer than it does, and no longer than was asked for', () => {
    for (const [asked, lives] of [
      [{}, MINUTE],
      [{ expires_in_ms: 2 * MINUTE }, MINUTE],
      [{ expires_in_ms: 1000 }, 1000],
    ] as const)
      expect(book.given(hold(asked))).toMatchObject({ expires_at: book.now + lives });
    book.passTime(MINUTE);
    book.lapse();
    expect(book.wallet()).toEqual([1000n * ONE, 0n]);
  });

  it('C1: what was decided before it ended is answered the same afterwards', () => {
    const asked = hold({ key: 'mpp:1', fingerprint: 'f' });
    const decided = book.given(asked);
    book.passTime(2 * MINUTE);
    expect(book.when(asked)).toMatchObject({ kind: 'replay', bound: { event: decided } });
  });

  it('B1: a payment that waited for an approval has as long as the challenge had', () => {
    book.given({ type: 'organization.change', approval_above: { asset: 'USD', amount: '1' } });
    const waiting = book.given(hold());
    expect(waiting).toMatchObject({ type: 'payment.pending_approval', hold_ms: MINUTE });
  });
});
