import type { CapturePayment, Command, DispatchPayment, Query, VoidPayment } from '../commands/index.js';
import { OWN_KEY } from '../events/index.js';
import type { BoundKey } from '../facts.js';
import type { BookState } from '../state/index.js';
import { boundBefore, type DecideContext } from './context.js';

/** What is said of a payment to a paid service once it is held. */
type ServiceStep = CapturePayment | DispatchPayment | VoidPayment;

/**
 * Its key where settlement says it (of the service that it calls), so that whichever of its processes says it and however often, it
 * happens once. No caller's key has this form. Undefined for every other command.
 */
export function serviceStepKey(command: Command | Query): string | undefined {
  return isServiceStep(command) ? keyOf(command) : undefined;
}

/**
 * Whether the hold tells by itself that settlement has not said this of it: its capture takes or releases all, its void releases, and
 * its dispatch makes it firm. So the step's key is bound to nothing, and nobody looks for it.
 */
export function isUnsaid(state: BookState, command: Command): boolean {
  if (!isServiceStep(command) || command.key !== keyOf(command)) return false;
  const payment = state.payments.get(command.payment_id);
  if (payment === undefined) return false;
  if (command.type === 'payment.capture') return command.final;
  return command.type === 'payment.void' || payment.status === 'authorized' || payment.status === 'pending_approval';
}

/** As `boundBefore` in the org's scope, without asking for what the hold tells. */
export function stepBoundBefore(context: DecideContext<ServiceStep>): BoundKey | undefined {
  const { command, facts, state } = context;
  const isKnown = command.key === undefined || facts.boundKey(command.org, command.key) !== undefined;
  return !isKnown && isUnsaid(state, command) ? undefined : boundBefore(context, command.org);
}

function isServiceStep(command: Command | Query): command is ServiceStep {
  if (!('service' in command.credential)) return false;
  return command.type === 'payment.capture' || command.type === 'payment.void' || command.type === 'payment.dispatch';
}

function keyOf({ type, payment_id }: ServiceStep): string {
  return `${OWN_KEY}${type}:${payment_id}`;
}
