import type { Asset, BookEvent, ClearingCredited, ClearingRefunded } from '#domain';
import { decimalOf } from './answers-money.js';
import type { RecordedEvent } from './answers-payment.js';
import { declineFields, type DeclineFields } from './errors-problem.js';

/** What the payee's org sees of a payment from another org (D15): what reached its agent, nothing of the payer's budgets. */
export interface IncomingPayment {
  payment_id: string;
  status: 'credited' | 'refunded';
  amount: string;
  amount_refunded: string;
  currency: Asset;
  payer: { payer_org: string; handle: string };
  payee: { agent_id: string; handle: string };
  /** As the payment names it: a word of who pays, or the payment request that it pays. */
  request_id?: string;
  credited_at: string;
  position: string;
  refunds: IncomingRefund[];
  history: { type: string; by: string; recorded_at: string; position: string; decline?: DeclineFields }[];
}

export interface IncomingRefund {
  refund_id: string;
  amount: string;
  reason?: string;
  /** On its way, until the payer's book has it. */
  settlement: 'in_clearing' | 'settled';
  recorded_at: string;
}

/** The answer to a refund of such a payment: as it stood after that step. */
export interface IncomingRefundAnswer
  extends Omit<IncomingPayment, 'refunds' | 'history'>, Omit<IncomingRefund, 'amount'> {
  /** What this refund gives back. */
  amount_moved: string;
}

/** The answer to a refund, from its event alone, so that the same key gives the same bytes for ever (D6). */
export function renderIncomingRefund(event: ClearingRefunded, position: string): IncomingRefundAnswer {
  return {
    payment_id: event.payment_id,
    status: 'refunded',
    amount: decimalOf(BigInt(event.credited_total), event.asset),
    amount_refunded: decimalOf(BigInt(event.refunded_total), event.asset),
    amount_moved: decimalOf(BigInt(event.refunded), event.asset),
    currency: event.asset,
    payer: { payer_org: event.source.source_org, handle: event.source.handle },
    payee: { agent_id: event.payee.agent_id, handle: event.payee.handle },
    credited_at: isoOf(event.credited_at),
    refund_id: event.refund_id,
    reason: event.reason,
    settlement: 'in_clearing',
    recorded_at: isoOf(event.time),
    position,
  };
}

/** The state of such a payment after all that its payee's book has recorded of it, oldest first. */
export function renderIncomingPayment(credited: ClearingCredited, recorded: readonly RecordedEvent[]): IncomingPayment {
  const { source, payee, asset } = credited;
  const state: IncomingPayment = {
    payment_id: source.payment,
    status: 'credited',
    amount: decimalOf(BigInt(credited.amount), asset),
    amount_refunded: '0',
    currency: asset,
    payer: { payer_org: source.source_org, handle: source.handle },
    payee: { agent_id: payee.agent_id, handle: payee.handle },
    request_id: credited.request_id,
    credited_at: isoOf(credited.time),
    position: recorded[0]!.position,
    refunds: [],
    history: [],
  };
  for (const one of recorded) add(state, one.event, one.position);
  return state;
}

function add(state: IncomingPayment, event: BookEvent, position: string): void {
  state.position = position;
  state.history.push({
    type: event.type,
    by: event.by,
    recorded_at: isoOf(event.time),
    position,
    decline: 'decline' in event ? declineFields(event.decline) : undefined,
  });
  if (event.type === 'clearing.refunded') {
    state.status = 'refunded';
    state.amount_refunded = decimalOf(BigInt(event.refunded_total), event.asset);
    state.refunds.push({
      refund_id: event.refund_id,
      amount: decimalOf(BigInt(event.refunded), event.asset),
      reason: event.reason,
      settlement: 'in_clearing',
      recorded_at: isoOf(event.time),
    });
  }
  if (event.type === 'clearing.returned')
    for (const refund of state.refunds) if (refund.refund_id === event.refund_id) refund.settlement = 'settled';
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
