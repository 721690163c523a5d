import {
  receiptId,
  renderPayment,
  type RecordedEvent,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { isPaymentEvent, type BookEvent, type PaymentEvent } from '#domain';
import { callerOf, queryHeader } from '../owners/command-header.js';
import { payeeCredential } from '../owners/payee-credential.js';
import type { ReceiptLog, SettlementParts } from '../ports.js';
import { Answered, done, expectKind, refuse } from '../refused.js';
import { paymentOfTransaction } from './transaction.js';

/**
 * `GET /x402/settlements/{transaction}`: what became of a settlement whose answer was lost. The log says whose book it is; that
 * book's owner says whether the caller may know, and what is so now.
 */
export async function settlementStatus(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const caller = callerOf(request);
  const transaction = request.parameters?.['transaction'] ?? '';
  // Nobody without a credential is told even that there is nothing.
  const known = { type: 'query.credential' as const, ...queryHeader(caller, request.deadline) };
  expectKind(await parts.owners.send(caller.org, known), 'credential');
  const notFound = (): never => refuse('payment_not_found', { scope: { kind: 'payment', id: transaction } });
  const payment_id = paymentOfTransaction(transaction) ?? notFound();
  const { org, payee } = (await loggedPayment(parts.log, payment_id)) ?? notFound();
  const payeeOrg = 'payee_org' in payee ? payee.payee_org : org;
  if (caller.org !== org && caller.org !== payeeOrg) notFound();
  const aud = 'payee_org' in payee ? `${payee.payee_org}/${payee.handle}` : '';
  const { fresh_id, deadline } = request;
  const credential = await payeeCredential(parts, caller, { org, aud }, deadline).catch(hidden(notFound));
  const asked = { type: 'query.payment' as const, payment_id, outcome_only: true as const };
  const query = { org, credential, fresh_id, deadline, ...asked };
  const { events } = expectKind(await parts.owners.send(org, query), 'payment');
  return done({ transaction, network: networkOf(parts, transaction), ...statusOf(payment_id, events) });
}

/** To agents of the payee's org that are not the payee it does not exist (F7). */
function hidden(notFound: () => never): (thrown: unknown) => never {
  return (thrown) => {
    const isForeign =
      thrown instanceof Answered && thrown.answer.kind === 'refused' && thrown.answer.refusal.code === 'agent_not_own';
    if (isForeign) notFound();
    throw thrown;
  };
}

async function loggedPayment(log: ReceiptLog, payment_id: string): Promise<PaymentEvent | undefined> {
  const { payments } = await log.loadFacts({ keys: [], payments: [payment_id] });
  for (const { payload } of payments[0] ?? []) {
    const event = JSON.parse(payload.toString('utf8')) as BookEvent;
    if (isPaymentEvent(event) && event.protocol === 'x402') return event;
  }
  return undefined;
}

const STATES = {
  pending_approval: 'held',
  authorized: 'held',
  outcome_unknown: 'held',
  captured: 'captured',
  voided: 'released',
  expired: 'expired',
  declined: 'declined',
  refunded: 'refunded',
} as const;

function statusOf(payment_id: string, events: readonly RecordedEvent[]) {
  const { status, payer, payee, currency, expires_at, position, history, dispatched } = renderPayment(events);
  const first = events[0]!.event as PaymentEvent;
  const captured = totalOf(events, 'captured_total');
  const state = STATES[status];
  return {
    payment_id,
    state,
    /** Its payee has made it firm (`escrow`). */
    firm: state === 'held' && dispatched,
    amount: state === 'held' ? (BigInt(first.amount) - captured).toString() : captured.toString(),
    refunded: totalOf(events, 'refunded_total').toString(),
    asset: currency,
    payer: payer.agent_id,
    payee,
    expires_at,
    recorded_at: history.at(-1)!.recorded_at,
    receipt_id: receiptId(payment_id),
    position,
  };
}

/** In atomic units, of the last event that tells it. */
function totalOf(events: readonly RecordedEvent[], name: 'captured_total' | 'refunded_total'): bigint {
  const told = events.findLast(({ event }) => name in event)?.event as Record<string, unknown> | undefined;
  return BigInt((told?.[name] as string | undefined) ?? '0');
}

function networkOf({ rails, issuer }: SettlementParts, transaction: string): string {
  const isHash = transaction.startsWith('0x');
  return rails.find(({ network }) => network.startsWith('eip155:') === isHash)?.network ?? issuer;
}
