import type { PaymentEvent } from '#domain';

type Ending = 'payment.captured' | 'payment.dispatched' | 'payment.voided' | 'payment.transferred';

/** What a settlement is recorded as. */
export type Settled = Extract<PaymentEvent, { type: Ending }>;
