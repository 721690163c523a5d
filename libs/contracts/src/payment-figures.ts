import type { PaymentEvent } from '#domain';

export type PaymentStatus =
  'authorized' | 'captured' | 'voided' | 'expired' | 'declined' | 'refunded' | 'pending_approval' | 'outcome_unknown';

/** How a payment begins. */
export type FirstEvent = Extract<
  PaymentEvent,
  { type: 'payment.authorized' | 'payment.transferred' | 'payment.pending_approval' | 'payment.declined' }
>;
type LaterEvent = Exclude<PaymentEvent, FirstEvent>;
/** Recorded, and the payment stays as it was. */
export type RefusedStep = Extract<
  PaymentEvent,
  { type: 'payment.capture_refused' | 'payment.refund_refused' | 'payment.approval_refused' }
>;

/** How a payment stands, in units. */
export interface Money {
  status: PaymentStatus;
  held: bigint;
  captured: bigint;
  refunded: bigint;
}

/** What a step left behind; `before` matters only for steps that move nothing. */
export function figuresAfter(event: Exclude<LaterEvent, RefusedStep>, before: Money): Money & { moved: bigint } {
  const amount = BigInt(event.amount);
  switch (event.type) {
    case 'payment.dispatched':
      return unmoved(before);
    case 'payment.approved':
      return { ...unmoved(before), status: 'authorized' };
    case 'payment.extended': {
      if (event.captured_total === undefined) return unmoved(before);
      const captured = BigInt(event.captured_total);
      return { ...unmoved(before), held: amount - captured, captured };
    }
    case 'payment.outcome_unknown':
      return { ...unmoved(before), status: 'outcome_unknown' };
    case 'payment.captured': {
      const captured = BigInt(event.captured_total);
      const held = event.final ? 0n : amount - captured;
      return {
        held,
        captured,
        refunded: 0n,
        status: event.final ? 'captured' : before.status,
        moved: BigInt(event.captured),
      };
    }
    case 'payment.voided':
    case 'payment.expired': {
      const captured = BigInt(event.captured_total ?? '0');
      const status = event.type === 'payment.voided' ? 'voided' : 'expired';
      return { held: 0n, captured, refunded: 0n, status, moved: BigInt(event.released) };
    }
    case 'payment.refunded': {
      const figures = { captured: BigInt(event.captured_total), refunded: BigInt(event.refunded_total) };
      return { held: 0n, ...figures, status: 'refunded', moved: BigInt(event.refunded) };
    }
  }
}

function unmoved({ status, held, captured, refunded }: Money): Money & { moved: bigint } {
  return { status, held, captured, refunded, moved: 0n };
}
