import { isPaymentEvent, type Asset, type BookEvent, type Labels, type Payee, type PaymentEvent } from '#domain';
import { decimalOf, isoTime } from './answers-money.js';
import { declineFields, type DeclineFields } from './errors-problem.js';
import { figuresAfter, type FirstEvent, type Money, type PaymentStatus, type RefusedStep } from './payment-figures.js';

export type { PaymentStatus } from './payment-figures.js';

export type PartyAnswer =
  { agent_id: string; handle: string } | { service: string } | { payee_org: string; handle: string };

/** Where the money of a payment to another org is (D15). */
export type Settlement = 'in_clearing' | 'settled' | 'reversed';

/** The answer to a payment request, over HTTP and on the bus. Money as decimal strings, times in ISO 8601. */
export interface PaymentAnswer {
  payment_id: string;
  status: PaymentStatus;
  /** What was asked for; the most that may be captured. */
  amount: string;
  amount_held: string;
  amount_captured: string;
  currency: Asset;
  payer: { agent_id: string; handle: string };
  payee: PartyAnswer;
  protocol: string;
  session_id: string | null;
  labels: Labels;
  category: string | null;
  /** The caller's own word for what is paid, or the payment request that this pays. */
  request_id?: string;
  decided_at: string;
  /** Of the hold; while it waits for an approval, of the waiting. */
  expires_at: string | null;
  /** It has needed an approval. */
  approval_id?: string;
  receipt_id: string;
  /** `<partition>:<position>` in the log. */
  position: string;
  /** The version of the rules that it was decided by: the number of the last event that set one of them. */
  policy_version?: number;
  decline?: DeclineFields;
}

/** The answer to a capture, void, refund or dispatch: the payment as it stood after that step. */
export interface PaymentStepAnswer extends Omit<
  PaymentAnswer,
  'expires_at' | 'approval_id' | 'policy_version' | 'decline'
> {
  amount_refunded: string;
  /** What this step captured, released or gave back. */
  amount_moved: string;
  refund_id?: string;
  reason?: string;
  /** Where this step has moved it. */
  expires_at?: string;
  recorded_at: string;
}

/** A payment with everything that happened to it. */
export interface PaymentState extends PaymentAnswer {
  /** Null where there was none, or it is kept no longer. */
  memo: string | null;
  amount_refunded: string;
  /** Only where the payee is of another org and money was captured. */
  settlement?: Settlement;
  /** It has gone to the outside: its hold never lapses by itself. */
  dispatched: boolean;
  refunds: { refund_id: string; amount: string; reason?: string; recorded_at: string }[];
  history: {
    type: string;
    by: string;
    recorded_at: string;
    position: string;
    policy_version?: number;
    decline?: DeclineFields;
  }[];
}

export interface RecordedEvent {
  event: BookEvent;
  position: string;
}

/**
 * The answer to a payment request. A pure function of the recorded event and its position, so that the same key gives the
 * same bytes for ever (D6). Throws where the event does not decide a payment.
 */
export function renderPaymentAnswer(event: BookEvent, position: string): PaymentAnswer {
  if (!isFirst(event)) throw new Error(`A payment is not decided by ${event.type}`);
  const amount = decimalOf(BigInt(event.amount), event.asset);
  return {
    payment_id: event.payment_id,
    status: FIRST_STATUS[event.type],
    amount,
    amount_held: holds(event) ? amount : '0',
    amount_captured: event.type === 'payment.transferred' ? amount : '0',
    currency: event.asset,
    ...parties(event),
    expires_at: holds(event) ? isoTime(event.expires_at) : null,
    approval_id: event.approval_id,
    receipt_id: receiptId(event.payment_id),
    position,
    policy_version: event.policy,
    decline: event.type === 'payment.declined' ? declineFields(event.decline) : undefined,
  };
}

/** The answer to a later step, likewise from its event alone. Throws for a step that was refused. */
export function renderPaymentStep(event: BookEvent, position: string): PaymentStepAnswer {
  if (!isPaymentEvent(event) || isFirst(event) || isRefusal(event)) {
    throw new Error(`${event.type} is not a step of a payment that has an answer`);
  }
  const figures = figuresAfter(event, {
    status: 'authorized',
    held: BigInt(event.amount),
    captured: 0n,
    refunded: 0n,
  });
  return {
    payment_id: event.payment_id,
    status: figures.status,
    amount: decimalOf(BigInt(event.amount), event.asset),
    amount_held: decimalOf(figures.held, event.asset),
    amount_captured: decimalOf(figures.captured, event.asset),
    amount_refunded: decimalOf(figures.refunded, event.asset),
    amount_moved: decimalOf(figures.moved, event.asset),
    currency: event.asset,
    ...parties(event),
    refund_id: event.type === 'payment.refunded' ? event.refund_id : undefined,
    reason: event.type === 'payment.refunded' || event.type === 'payment.voided' ? event.reason : undefined,
    expires_at: event.type === 'payment.extended' ? new Date(event.expires_at).toISOString() : undefined,
    recorded_at: new Date(event.time).toISOString(),
    receipt_id: receiptId(event.payment_id),
    position,
  };
}

/**
 * The state of a payment after all of its events, oldest first. `memo` is the text that is kept beside the log, if any.
 * Throws where the first of the events is missing.
 */
export function renderPayment(recorded: readonly RecordedEvent[], memo?: string): PaymentState {
  const first = recorded[0];
  if (!first || !isFirst(first.event)) throw new Error('The events of a payment begin with its decision');
  const { asset } = first.event;
  const answer = renderPaymentAnswer(first.event, first.position);
  // Field by field: `{ ...answer, memo }` makes an object of a kind of its own each time, which costs 1 µs for every field (Node 20).
  const state: PaymentState = {
    payment_id: answer.payment_id,
    status: answer.status,
    amount: answer.amount,
    amount_held: answer.amount_held,
    amount_captured: answer.amount_captured,
    currency: answer.currency,
    payer: answer.payer,
    payee: answer.payee,
    protocol: answer.protocol,
    session_id: answer.session_id,
    labels: answer.labels,
    category: answer.category,
    request_id: answer.request_id,
    decided_at: answer.decided_at,
    expires_at: answer.expires_at,
    approval_id: answer.approval_id,
    receipt_id: answer.receipt_id,
    position: answer.position,
    policy_version: answer.policy_version,
    decline: answer.decline,
    memo: memo ?? null,
    amount_refunded: '0',
    dispatched: first.event.type === 'payment.authorized' && first.event.unknown_at !== undefined,
    refunds: [],
    history: [],
  };
  let money: Money = {
    status: answer.status,
    held: holds(first.event) ? BigInt(first.event.amount) : 0n,
    captured: first.event.type === 'payment.transferred' ? BigInt(first.event.amount) : 0n,
    refunded: 0n,
  };
  for (const { event, position } of recorded) {
    if (event.type === 'clearing.settled') {
      state.settlement = 'settled';
      state.position = position;
      state.history.push({ type: event.type, by: event.by, recorded_at: isoOf(event.time), position });
      continue;
    }
    if (!isPaymentEvent(event)) throw new Error(`${event.type} is no event of a payment`);
    state.history.push({
      type: event.type,
      by: event.by,
      recorded_at: new Date(event.time).toISOString(),
      position,
      policy_version: 'policy' in event ? event.policy : undefined,
      decline: 'decline' in event ? declineFields(event.decline) : undefined,
    });
    state.position = position;
    if (isFirst(event)) continue;
    if (event.type === 'payment.dispatched') state.dispatched = true;
    if (isRefusal(event)) continue;
    if (event.type === 'payment.approved' && event.expires_at !== undefined)
      state.expires_at = isoTime(event.expires_at);
    if (event.type === 'payment.extended') state.expires_at = isoTime(event.expires_at);
    const after = figuresAfter(event, money);
    money = after;
    if (event.type === 'payment.refunded') {
      if (event.reversed !== undefined) state.settlement = 'reversed';
      state.refunds.push({
        refund_id: event.refund_id,
        amount: decimalOf(after.moved, asset),
        reason: event.reason,
        recorded_at: new Date(event.time).toISOString(),
      });
    }
  }
  if ('payee_org' in first.event.payee && money.captured > 0n) state.settlement ??= 'in_clearing';
  state.status = money.status;
  state.amount_held = decimalOf(money.held, asset);
  state.amount_captured = decimalOf(money.captured, asset);
  state.amount_refunded = decimalOf(money.refunded, asset);
  return state;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

/** Receipts are addressed by the payment that they record. */
export function receiptId(paymentId: string): string {
  return paymentId.replace(/^pay_/, 'rcpt_');
}

/** The payment that a receipt records; undefined where the text is no id of a receipt. */
export function paymentOfReceipt(receiptId: string): string | undefined {
  return /^rcpt_[0-9a-f]{32}$/.test(receiptId) ? receiptId.replace(/^rcpt_/, 'pay_') : undefined;
}

const FIRST_STATUS = {
  'payment.authorized': 'authorized',
  'payment.transferred': 'captured',
  'payment.pending_approval': 'pending_approval',
  'payment.declined': 'declined',
} as const satisfies Record<FirstEvent['type'], PaymentStatus>;

function isFirst(event: BookEvent): event is FirstEvent {
  return Object.hasOwn(FIRST_STATUS, event.type);
}

function holds(event: FirstEvent): event is Extract<FirstEvent, { expires_at: number }> {
  return event.type === 'payment.authorized' || event.type === 'payment.pending_approval';
}

/** Recorded, and the payment stays as it was. */
function isRefusal(event: PaymentEvent): event is RefusedStep {
  return (
    event.type === 'payment.capture_refused' ||
    event.type === 'payment.refund_refused' ||
    event.type === 'payment.approval_refused'
  );
}

function parties(event: PaymentEvent) {
  return {
    payer: { agent_id: event.payer.agent_id, handle: event.payer.handle },
    payee: partyAnswer(event.payee),
    protocol: event.protocol,
    session_id: event.session_id ?? null,
    labels: event.labels,
    category: event.category ?? null,
    request_id: event.request_id,
    decided_at: new Date(event.authorized_at).toISOString(),
  };
}

export function partyAnswer(party: Payee): PartyAnswer {
  if ('payee_org' in party) return { payee_org: party.payee_org, handle: party.handle };
  return 'service' in party ? { service: party.service } : { agent_id: party.agent_id, handle: party.handle };
}
