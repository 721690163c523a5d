import type { ExtendPayment } from '../commands/index.js';
import { parentOf } from '../evolve/sessions.js';
import type { BookState, OpenPayment } from '../state/index.js';
import type { Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { capturedBefore, expired, openPayment, refuseFinished, requirePayer } from './payment-steps.js';

/** From its authorization no hold lives longer, however often it is extended: as long as one may ask for when it is made. */
export const HOLD_LIFE_MAXIMUM_MS = 366 * 86_400_000;

/**
 * Lets a hold live until `expires_in_ms` from now, never less long than it would. It asks no cap again: the hold counts since
 * its authorization, in the windows of that moment (D5). Where its time is over already it ends as expired, as a capture finds.
 */
export function decideExtend(context: DecideContext<ExtendPayment>, actor: Actor): Decision {
  const { state, command, now } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, 'payment_not_extendable');
  requirePayer(context, actor, payment);
  if (payment.status === 'pending_approval') refuse('payment_pending_approval', 'payment', payment.id);
  if (payment.status !== 'authorized') refuse('payment_dispatched', 'payment', payment.id);
  if (now >= payment.expires_at) return record(expired(context, payment, primaryHeader(context)));
  requireSessionsOpen(state, payment, now);

  const expires_at = now + command.expires_in_ms;
  if (!(expires_at > payment.expires_at)) refuse('hold_not_extended', 'payment', payment.id);
  if (expires_at > payment.details.authorized_at + HOLD_LIFE_MAXIMUM_MS)
    refuse('hold_life_exceeded', 'payment', payment.id);
  return record([
    {
      type: 'payment.extended',
      ...primaryHeader(context),
      ...payment.details,
      expires_at,
      ...capturedBefore(payment),
    },
  ]);
}

/** A hold may outlive its session's time, but is not prolonged after it. */
function requireSessionsOpen(state: BookState, payment: OpenPayment, now: number): void {
  const leaf = payment.details.session_id;
  for (let session = leaf && state.sessions.get(leaf); session; session = parentOf(state, session))
    if (session.closed || (session.expires_at !== undefined && now >= session.expires_at))
      refuse('session_not_open', 'session', session.id);
}
