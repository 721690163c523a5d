import type { RedeemPayment } from '../commands/index.js';
import type { RefusalCode } from '../declines.js';
import { isPaymentEvent, OWN_KEY, type PaymentEvent } from '../events/index.js';
import type { BoundKey, FinishedPayment } from '../facts.js';
import type { Payee } from '../parties.js';
import type { BookState, OpenPayment } from '../state/index.js';
import { requireAgentOrOrchestrator, type Actor } from './authority.js';
import { NeedsFactsSignal, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import {
  afterFailure,
  belongsTo,
  captureOf,
  captureTooLate,
  dispatchOf,
  expired,
  finishedPayment,
  openPayment,
  requireWithinHold,
  voided,
} from './payment-steps.js';

type Context = DecideContext<RedeemPayment>;

/**
 * Ends a hold for its payee, or makes it firm for him, by the token that the payer gave out. One key for each payment and end of
 * it, whatever door the token comes back through: a second redemption is refused, never answered as a success, unless it is the
 * retry of the first (the same fingerprint). What x402 asks of a consumed replay primitive (`exact`, v2).
 */
export function decideRedeem(context: Context, actor: Actor): Decision {
  const { command, now } = context;
  const bound = redeemedBefore(context, actor);
  if (bound) return { kind: 'replay', bound };
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, actor);
  requireToken(context.state, actor, payment, command.terms_hash);
  const head = primaryHeader(context);
  const isFirm = payment.status !== 'authorized';
  switch (command.step) {
    case 'confirm':
      if (isFirm) return refuse('payment_dispatched', 'payment', payment.id);
      if (isOver(payment, now)) return record(expired(context, payment, head));
      return record([dispatchOf(head, payment, unknownAt(context, payment))]);
    case 'capture': {
      if (isOver(payment, now)) return captureTooLate(context, payment);
      const amount = command.amount ?? payment.held;
      requireWithinHold(payment, amount);
      if (amount < 0n) return refuse('amount_not_positive', 'request', 'amount');
      return record([captureOf(head, payment, amount, true)]);
    }
    case 'release': {
      const ended = voided(head, payment, isFirm ? 'resolved' : 'requested');
      return record(isFirm ? [ended] : [ended, ...afterFailure(context, payment, 1)]);
    }
  }
}

/** Asks all that a redemption has to pass, and throws the refusal; the same for whoever only asks (`query.redemption`). */
export function requireRedeemable(
  state: BookState,
  actor: Actor,
  payment: OpenPayment,
  asked: Pick<RedeemPayment, 'terms_hash' | 'amount'>,
  now: number,
): void {
  requireToken(state, actor, payment, asked.terms_hash);
  if (isOver(payment, now)) refuse('hold_expired', 'payment', payment.id);
  requireWithinHold(payment, asked.amount ?? payment.held);
}

/** Who may redeem the hold, and by a token for what. */
function requireToken(state: BookState, actor: Actor, payment: OpenPayment, terms_hash: string): void {
  requirePayee(state, actor, payment.details.payee, payment.id);
  // A hold that answers no challenge is the payer's alone to capture.
  if (payment.details.terms_hash !== terms_hash) refuse('payment_not_redeemable', 'payment', payment.id);
  if (payment.status === 'pending_approval') refuse('payment_pending_approval', 'payment', payment.id);
}

/** Once it is firm a hold lapses no more (D12). */
function isOver(payment: OpenPayment, now: number): boolean {
  return payment.status === 'authorized' && now >= payment.expires_at;
}

/** The key of all that ends a payment by its token; no caller's key has this form. */
export function redemptionKey(step: RedeemPayment['step'], payment_id: string): string {
  return `${OWN_KEY}${step === 'confirm' ? 'confirm' : 'redeem'}:${payment_id}`;
}

/** Whether the actor speaks for an agent of another org that is paid: its org's key for any, an agent's token for that one. */
export function isForeignPayee(actor: Actor, payee: Payee): boolean {
  if (actor.kind !== 'foreign_payee' || !('payee_org' in payee) || actor.payee_org !== payee.payee_org) return false;
  const named = actor.payee;
  return named === undefined || named.agent_id === payee.handle || named.handle === payee.handle;
}

export function requirePayee(
  state: BookState,
  actor: Actor,
  payee: OpenPayment['details']['payee'],
  paymentId: string,
): void {
  // To others the payment does not exist (F7).
  const hidden = (): never => refuse('payment_not_found', 'payment', paymentId);
  if ('payee_org' in payee) {
    if (!isForeignPayee(actor, payee)) hidden();
    return;
  }
  if (actor.kind === 'foreign_payee') return hidden();
  if ('service' in payee) return refuse('payment_not_redeemable', 'payment', paymentId);
  requireAgentOrOrchestrator(state, actor, payee.agent_id);
}

/**
 * Whether the hold tells by itself that no such step was taken: what captures or releases it by its token ends it, and what
 * confirms it makes it firm. So the step's key is bound to nothing, and nobody looks for it.
 */
export function isUnredeemed(
  state: BookState,
  { payment_id, step }: Pick<RedeemPayment, 'payment_id' | 'step'>,
): boolean {
  const payment = state.payments.get(payment_id);
  if (payment === undefined) return false;
  return step !== 'confirm' || payment.status === 'authorized' || payment.status === 'pending_approval';
}

function redeemedBefore({ state, facts, command }: Context, actor: Actor): BoundKey | undefined {
  const { org: scope, payment_id, step, key, fingerprint } = command;
  if (key !== redemptionKey(step, payment_id)) throw new Error('a redemption is known by the key of its payment');
  const bound = facts.boundKey(scope, key);
  if (bound === undefined) {
    if (isUnredeemed(state, command)) return undefined;
    throw new NeedsFactsSignal({ keys: [{ scope, key }] });
  }
  if (bound === null) return undefined;
  const { event } = bound;
  if (!isPaymentEvent(event)) throw new Error(`${key} is bound to ${event.type}`);
  requirePayee(state, actor, event.payee, payment_id);
  if (bound.fingerprint !== fingerprint) refuse(ENDED_BY[event.type] ?? 'duplicate_settlement', 'payment', payment_id);
  return bound;
}

/** What a second redemption is told where the first one moved no money. */
const ENDED_BY: Partial<Record<PaymentEvent['type'], RefusalCode>> = {
  'payment.voided': 'payment_not_capturable',
  'payment.expired': 'hold_expired',
  'payment.capture_refused': 'hold_expired',
  'payment.dispatched': 'payment_dispatched',
};

function refuseFinished(context: Context, actor: Actor): never {
  const { payment_id } = context.command;
  return refuseRedemption(context.state, actor, finishedPayment(context, payment_id), payment_id);
}

/** Throws why a payment without an open hold is not redeemed; `finished` is null where there is none. */
export function refuseRedemption(
  state: BookState,
  actor: Actor,
  finished: FinishedPayment | null,
  paymentId: string,
): never {
  if (finished === null || !belongsTo(state, finished)) return refuse('payment_not_found', 'payment', paymentId);
  requirePayee(state, actor, finished.details.payee, paymentId);
  if (finished.status === 'captured') return refuse('duplicate_settlement', 'payment', paymentId);
  return refuse(finished.status === 'expired' ? 'hold_expired' : 'payment_not_capturable', 'payment', paymentId);
}

/** A firm hold is never unknown before the payer's own hold would have ended. */
function unknownAt({ now, settings }: Context, payment: OpenPayment): number {
  return Math.max(now + settings.dispatch_timeout_ms, payment.expires_at);
}
