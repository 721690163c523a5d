import { heldAccount, walletOfPayee } from '../accounts.js';
import type {
  CapturePayment,
  DispatchPayment,
  ExtendPayment,
  LapsePayment,
  RedeemPayment,
  ResolvePayment,
  VoidPayment,
} from '../commands/index.js';
import type { RefusalCode } from '../declines.js';
import type { BookEvent, EventHeader, PaymentDetails, PaymentVoided, Posting } from '../events/index.js';
import type { FinishedPayment } from '../facts.js';
import { principalOf } from '../principal.js';
import type { Agent, BookState, OpenPayment } from '../state/index.js';
import {
  isSelfOrDescendant,
  isWithinSession,
  requireAgentOrOrchestrator,
  requireOperator,
  requireOrchestrator,
  type Actor,
} from './authority.js';
import { trippedByFailure } from './breakers.js';
import {
  header,
  NeedsFactsSignal,
  primaryHeader,
  record,
  refuse,
  type DecideContext,
  type Decision,
} from './context.js';
import { stepBoundBefore } from './service-steps.js';

/** Ends a hold with what it came to, at most what is held; the rest is released unless more captures are to follow. */
export function decideCapture(context: DecideContext<CapturePayment>, actor: Actor): Decision {
  const { command, now } = context;
  const bound = stepBoundBefore(context);
  if (bound) return { kind: 'replay', bound };
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, 'payment_not_capturable');
  requirePayer(context, actor, payment);
  if (payment.status === 'pending_approval') refuse('payment_pending_approval', 'payment', payment.id);
  if (payment.status === 'authorized' && now >= payment.expires_at) return captureTooLate(context, payment);
  if (isPromised(payment)) requireResolver(actor, payment);

  const amount = command.amount ?? payment.held;
  requireWithinHold(payment, amount);
  if (amount < 0n || (amount === 0n && !command.final)) refuse('amount_not_positive', 'request', 'amount');
  // A payment to another book travels there whole: its credit is known by the payment's id.
  if ('payee_org' in payment.details.payee && !command.final && amount < payment.held)
    refuse('payment_not_capturable', 'payment', payment.id, { rule: 'final' });
  return record([captureOf(answered(context), payment, amount, command.final)]);
}

function answered(context: DecideContext<CapturePayment>): EventHeader & { answer_hash?: string } {
  const head: EventHeader & { answer_hash?: string } = primaryHeader(context);
  if (context.command.answer_hash !== undefined) head.answer_hash = context.command.answer_hash;
  return head;
}

/** The event of a capture that nothing is against. */
export function captureOf(head: EventHeader, payment: OpenPayment, amount: bigint, final: boolean): BookEvent {
  const released = final ? payment.held - amount : 0n;
  return {
    type: 'payment.captured',
    ...head,
    ...payment.details,
    postings: [...captured(payment.details, amount), ...returned(payment.details, released)],
    captured: amount.toString(),
    released: released.toString(),
    captured_total: (payment.captured + amount).toString(),
    // A capture of all that is held leaves nothing to capture later.
    final: final || amount === payment.held,
  };
}

export function requireWithinHold(payment: OpenPayment, amount: bigint): void {
  if (amount <= payment.held) return;
  refuse('capture_exceeds_hold', 'payment', payment.id, {
    asset: payment.details.asset,
    limit: payment.held.toString(),
    requested: amount.toString(),
  });
}

/** A capture at or after the hold's end is refused and recorded, and the hold ends as expired (B6, D12). */
export function captureTooLate(context: DecideContext<CapturePayment | RedeemPayment>, payment: OpenPayment): Decision {
  return record([
    {
      type: 'payment.capture_refused',
      ...primaryHeader(context),
      ...payment.details,
      decline: {
        code: 'hold_expired',
        scope: { kind: 'payment', id: payment.id },
        asset: payment.details.asset,
        held: payment.held.toString(),
        requested: (context.command.amount ?? payment.held).toString(),
      },
    },
    ...expired(context, payment, header(context, 1), 1),
  ]);
}

/** Releases a hold. Once it was dispatched only an operator's key may, as a resolution of what happened outside (D12). */
export function decideVoid(context: DecideContext<VoidPayment>, actor: Actor): Decision {
  const { command } = context;
  const bound = stepBoundBefore(context);
  if (bound) return { kind: 'replay', bound };
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, 'payment_not_voidable');
  requirePayer(context, actor, payment);
  const undispatched = payment.status === 'authorized' || payment.status === 'pending_approval';
  if (!undispatched) requireResolver(actor, payment);
  const ended = voided(primaryHeader(context), payment, undispatched ? 'requested' : 'resolved');
  // What has only waited was never begun, and has not failed.
  return record(payment.status === 'authorized' ? [ended, ...afterFailure(context, payment, 1)] : [ended]);
}

/** Its payee has made it firm: a capture of a part by the payer would take back the rest of what was promised (x402). */
function isPromised({ status, details }: OpenPayment): boolean {
  return details.terms_hash !== undefined && status !== 'authorized' && status !== 'pending_approval';
}

function requireResolver(actor: Actor, payment: OpenPayment): void {
  if (actor.kind === 'agent' || actor.kind === 'session') refuse('payment_dispatched', 'payment', payment.id);
  if (!isServiceCaller(actor, payment)) requireOperator(actor);
}

/** From here on the hold never lapses by itself: something may have happened outside. */
export function decideDispatch(context: DecideContext<DispatchPayment>, actor: Actor): Decision {
  const { command, now, settings } = context;
  const bound = stepBoundBefore(context);
  if (bound) return { kind: 'replay', bound };
  if (actor.kind !== 'service_caller') requireOrchestrator(actor);
  const payment = openPayment(context, command.payment_id) ?? refuseFinished(context, 'payment_not_capturable');
  requirePayer(context, actor, payment);
  if (payment.status === 'pending_approval') refuse('payment_pending_approval', 'payment', payment.id);
  if (payment.status !== 'authorized') refuse('payment_dispatched', 'payment', payment.id);
  const head = primaryHeader(context);
  if (now >= payment.expires_at) return record(expired(context, payment, head));
  return record([dispatchOf(head, payment, now + (command.dispatched_for_ms ?? settings.dispatch_timeout_ms))]);
}

export function dispatchOf(head: EventHeader, payment: OpenPayment, unknown_at: number): BookEvent {
  return { type: 'payment.dispatched', ...head, ...payment.details, unknown_at, ...capturedBefore(payment) };
}

/** The owner's own: appends what time has already made true. Nothing to do is an empty record. */
export function decideLapse(context: DecideContext<LapsePayment>): Decision {
  const { state, command, now } = context;
  const payment = state.payments.get(command.payment_id);
  if (!payment) return record([]);
  if (payment.status === 'authorized' && now >= payment.expires_at)
    return record(expired(context, payment, header(context)));
  if (payment.status === 'pending_approval' && now >= payment.expires_at)
    return record([voided(header(context), payment, 'approval_expired')]);
  if (payment.status === 'dispatched' && now >= (payment.unknown_at ?? Infinity))
    return record([{ type: 'payment.outcome_unknown', ...header(context), ...payment.details }]);
  return record([]);
}

/** A hold that came to nothing may be the one too many (the breaker `failures_in_a_row`). */
export function afterFailure(context: DecideContext, payment: OpenPayment, index: number): BookEvent[] {
  const payer = context.state.agents.get(payment.details.payer.agent_id);
  const agent = payer && principalOf(context.state, payer);
  if (!agent || payment.captured > 0n) return [];
  return freezeRunaway(context, agent, trippedByFailure(agent), index, payment.id);
}

/** Voids for every undispatched hold that `concerns` says, as a freeze, a revocation or a close demands (D12). */
export function voidHolds(
  context: DecideContext,
  reason: PaymentVoided['reason'],
  concerns: (payment: OpenPayment) => boolean,
  firstIndex: number,
): PaymentVoided[] {
  const events: PaymentVoided[] = [];
  for (const payment of context.state.payments.values())
    if ((payment.status === 'authorized' || payment.status === 'pending_approval') && concerns(payment))
      events.push(voided(header(context, firstIndex + events.length), payment, reason));
  return events;
}

/** Freezes the agent in the decision that tripped it, from the `index`th event on; `ended` is a hold that has ended in it. */
export function freezeRunaway(
  context: DecideContext,
  agent: Agent,
  breaker: string | undefined,
  index: number,
  ended?: string,
): BookEvent[] {
  if (breaker === undefined || agent.status !== 'active') return [];
  const { state } = context;
  const concerns = (payerId: string): boolean => isSelfOrDescendant(state, payerId, agent.id);
  return [
    { type: 'agent.frozen', ...header(context, index), agent_id: agent.id, reason: breaker, breaker },
    ...voidHolds(
      context,
      'agent_frozen',
      (payment) => payment.id !== ended && concerns(payment.details.payer.agent_id),
      index + 1,
    ),
  ];
}

export function voided(head: EventHeader, payment: OpenPayment, reason: PaymentVoided['reason']): PaymentVoided {
  return {
    type: 'payment.voided',
    ...head,
    ...payment.details,
    postings: returned(payment.details, payment.held),
    released: payment.held.toString(),
    ...capturedBefore(payment),
    reason,
    ...(payment.status === 'pending_approval' ? { was_pending: true as const } : {}),
  };
}

/** The end of a hold whose time is over, as the `index`th event, and what follows where it is one failure too many. */
export function expired(context: DecideContext, payment: OpenPayment, head: EventHeader, index = 0): BookEvent[] {
  return [
    {
      type: 'payment.expired',
      ...head,
      ...payment.details,
      postings: returned(payment.details, payment.held),
      released: payment.held.toString(),
      ...capturedBefore(payment),
    },
    ...afterFailure(context, payment, index + 1),
  ];
}

export function capturedBefore(payment: OpenPayment): { captured_total?: string } {
  return payment.captured > 0n ? { captured_total: payment.captured.toString() } : {};
}

export function captured(details: PaymentDetails, amount: bigint): Posting[] {
  if (amount === 0n) return [];
  const { payer, payee, asset } = details;
  return [
    { debit: heldAccount(payer.wallet_id), credit: walletOfPayee(payee, asset), amount: amount.toString(), asset },
  ];
}

export function returned(details: PaymentDetails, amount: bigint): Posting[] {
  if (amount === 0n) return [];
  const { payer, asset } = details;
  return [{ debit: heldAccount(payer.wallet_id), credit: payer.wallet_id, amount: amount.toString(), asset }];
}

export function openPayment(context: DecideContext, paymentId: string): OpenPayment | undefined {
  return context.state.payments.get(paymentId);
}

/** The payment's hold has ended, or it never was: asks for the fact that tells which. */
export function finishedPayment(context: DecideContext, paymentId: string): FinishedPayment {
  const finished = context.facts.finishedPayment(paymentId);
  if (finished === undefined) throw new NeedsFactsSignal({ payments: [paymentId] });
  if (finished === null || !belongsTo(context.state, finished))
    return refuse('payment_not_found', 'payment', paymentId);
  return finished;
}

/** Payments of other books are unknown here (F7): every payer of this book's payments is in its agents. */
export function belongsTo(state: BookState, payment: FinishedPayment): boolean {
  return state.agents.get(payment.details.payer.agent_id) !== undefined;
}

export function refuseFinished(
  context: DecideContext<
    CapturePayment | RedeemPayment | VoidPayment | DispatchPayment | ExtendPayment | ResolvePayment
  >,
  code: RefusalCode,
): never {
  const finished = finishedPayment(context, context.command.payment_id);
  return refuse(finished.status === 'expired' ? 'hold_expired' : code, 'payment', context.command.payment_id);
}

/** Who authorized may capture and void: the payer's token, a token of the session or one above it, or an org key. */
export function requirePayer(context: DecideContext, actor: Actor, payment: OpenPayment): void {
  if (actor.kind === 'session' && isWithinSession(context.state, payment.details.session_id, actor.session.id)) return;
  if (isServiceCaller(actor, payment)) return;
  requireAgentOrOrchestrator(context.state, actor, payment.details.payer.agent_id);
}

/** Settlement calls the service that is paid, so it is the one to say what came of it. */
function isServiceCaller(actor: Actor, { details: { payee } }: OpenPayment): boolean {
  return actor.kind === 'service_caller' && 'service' in payee && payee.service === actor.service;
}
