import type { OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import { recorded } from './service-parts.js';

/** What a book has of a payment whose call is begun and has not ended. */
export const DISPATCHED: [string, object?][] = [['payment.authorized', { unknown_at: Date.now() + 60_000 }]];

/** Holds what it is asked to hold, and ends it. */
export function willing(command: Command | Query): OwnerAnswer | undefined {
  if (command.type === 'payment.authorize') return recorded('payment.authorized', `pay_${command.fresh_id}`);
  if (command.type === 'payment.capture') return recorded('payment.captured', command.payment_id);
  if (command.type === 'payment.void') return recorded('payment.voided', command.payment_id);
  return undefined;
}

/** As `willing`, but one kind of command is answered so. */
export function but(type: Command['type'] | Query['type'], answer: (command: never) => OwnerAnswer | undefined) {
  return (command: Command | Query) => (command.type === type ? answer(command as never) : willing(command));
}
