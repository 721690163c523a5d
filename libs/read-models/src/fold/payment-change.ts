import { labelText } from '#contracts';
import type { PaymentEvent, PaymentVoided, UnitsText } from '#domain';
import { hexOf } from './identifiers.js';

export type PaymentStatus =
  'pending_approval' | 'authorized' | 'captured' | 'voided' | 'expired' | 'declined' | 'refunded' | 'outcome_unknown';

/** Of a payment that waits for an approval, or once did. */
export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'voided';

/** What one payment event changes, read and checked as a whole before any sum is touched. */
export interface PaymentChange {
  event: PaymentEvent;
  payment: string;
  org: string;
  payer: string;
  payee_agent: string | undefined;
  payee_service: string | undefined;
  session: string | undefined;
  /** UTC day of the authorization, in days since the epoch. */
  day: number;
  /** How labels are grouped by; each once. */
  labels: readonly string[];
  /** The first event of a payment makes its row, every later one changes it. */
  first: boolean;
  amount: bigint;
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** When the hold lapses, or the waiting for an approval ends, where the event says it. */
  expires_at: number | undefined;
  /** Absent where the event leaves the status as it is. */
  status: PaymentStatus | undefined;
  approval: ApprovalStatus | undefined;
}

export const DAY_MS = 86_400_000;
const UNITS = /^\d{1,18}$/;
const NO_LABELS: readonly string[] = [];

/** Throws where the event is not what the contract says; nothing was touched then. */
export function readPaymentChange(event: PaymentEvent): PaymentChange {
  const { payee, labels } = event;
  time(event.authorized_at, 'authorized_at');
  const change: PaymentChange = {
    event,
    payment: hexOf(event.payment_id),
    org: hexOf(event.org),
    payer: hexOf(event.payer.agent_id),
    payee_agent: 'agent_id' in payee ? hexOf(payee.agent_id) : undefined,
    payee_service: 'service' in payee ? text(payee.service, 'payee.service') : undefined,
    session: event.session_id === undefined ? undefined : hexOf(event.session_id),
    day: Math.floor(event.authorized_at / DAY_MS),
    labels: labelTexts(labels),
    first: false,
    amount: units(event.amount),
    held: 0n,
    captured: 0n,
    refunded: 0n,
    expires_at: undefined,
    status: undefined,
    approval: undefined,
  };
  text(event.asset, 'asset');
  text(event.protocol, 'protocol');
  switch (event.type) {
    case 'payment.transferred':
      change.first = true;
      change.captured = change.amount;
      change.status = 'captured';
      break;
    case 'payment.authorized':
      change.first = true;
      change.held = change.amount;
      change.expires_at = time(event.expires_at, 'expires_at');
      change.status = 'authorized';
      break;
    case 'payment.pending_approval':
      change.first = true;
      change.held = change.amount;
      change.status = 'pending_approval';
      change.approval = 'pending';
      change.expires_at = time(event.expires_at, 'expires_at');
      break;
    case 'payment.approved':
      change.status = 'authorized';
      change.approval = 'approved';
      if (event.expires_at !== undefined) change.expires_at = time(event.expires_at, 'expires_at');
      break;
    case 'payment.declined':
      change.first = true;
      change.status = 'declined';
      break;
    case 'payment.captured':
      change.captured = units(event.captured);
      change.held = -(change.captured + units(event.released));
      change.status = event.final ? 'captured' : undefined;
      break;
    case 'payment.voided':
      change.held = -units(event.released);
      change.status = 'voided';
      if (event.was_pending) change.approval = approvalAfter(event.reason);
      break;
    case 'payment.expired':
      change.held = -units(event.released);
      change.status = 'expired';
      break;
    case 'payment.refunded':
      change.refunded = units(event.refunded);
      change.status = 'refunded';
      break;
    case 'payment.outcome_unknown':
      change.status = 'outcome_unknown';
      break;
    case 'payment.extended':
      change.expires_at = time(event.expires_at, 'expires_at');
      break;
    case 'payment.dispatched':
    case 'payment.approval_refused':
    case 'payment.capture_refused':
    case 'payment.refund_refused':
      break;
  }
  return change;
}

function approvalAfter(reason: PaymentVoided['reason']): ApprovalStatus {
  if (reason === 'approval_denied') return 'denied';
  return reason === 'approval_expired' ? 'expired' : 'voided';
}

function labelTexts(labels: Readonly<Record<string, string>>): readonly string[] {
  let texts: string[] | undefined;
  for (const name in labels) {
    const shown = text(labelText(name, labels[name]!), 'labels');
    if (!texts) texts = [shown];
    // Two labels may read the same, `{"a": "b=c", "a=b": "c"}`: the payment still counts once in that row.
    else if (!texts.includes(shown)) texts.push(shown);
  }
  return texts ?? NO_LABELS;
}

function units(value: UnitsText): bigint {
  if (!UNITS.test(value)) throw new Error('an amount is not 1 to 18 digits');
  return BigInt(value);
}

function time(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value)) throw new Error(`${field} is not a time in milliseconds`);
  return value as number;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new Error(`${field} is not text`);
  return value;
}
