import type { BookEvent, Query } from '#domain';
import { freshId } from '#security';
import type { ServiceParts } from './ports.js';
import type { ServicePayment } from './service-step.js';

/** How a payment to a service stands. */
export interface PaymentInBook {
  /** `undispatched`: nothing may be called for it (yet). `dispatched`: something may have been. `ended`: its hold is gone. */
  status: 'undispatched' | 'dispatched' | 'ended';
  /** What was held for it, in smallest units. */
  held: bigint;
  /** When it was dispatched, in milliseconds since the epoch. */
  dispatched_at: number;
}

const ENDS: ReadonlySet<string> = new Set([
  'payment.captured',
  'payment.voided',
  'payment.expired',
  'payment.declined',
]);

/** A hold may be dispatched with the event that makes it. */
function isDispatch(event: BookEvent): boolean {
  if (event.type === 'payment.authorized') return event.unknown_at !== undefined;
  return event.type === 'payment.dispatched';
}

/** What the book says of a payment, asked by settlement itself: no caller waits for it any more. */
export async function paymentInBook(
  { owners }: Pick<ServiceParts, 'owners'>,
  { org, service, payment_id }: ServicePayment,
  deadline: number,
): Promise<PaymentInBook | 'missing' | 'unavailable'> {
  const query: Extract<Query, { type: 'query.payment' }> = {
    org,
    credential: { subject: 'settlement', proven_by: 'settlement', service },
    fresh_id: freshId(),
    deadline,
    type: 'query.payment',
    payment_id,
  };
  const answer = await owners.send(org, query);
  if (answer.kind === 'refused' && answer.refusal.code === 'payment_not_found') return 'missing';
  if (answer.kind !== 'payment') return 'unavailable';
  const events = answer.events.map(({ event }) => event);
  const [first] = events;
  const dispatched = events.find(isDispatch);
  const isEnded = events.some(({ type }) => ENDS.has(type));
  return {
    status: isEnded ? 'ended' : dispatched ? 'dispatched' : 'undispatched',
    held: first && 'amount' in first && typeof first.amount === 'string' ? BigInt(first.amount) : 0n,
    dispatched_at: dispatched?.time ?? 0,
  };
}
