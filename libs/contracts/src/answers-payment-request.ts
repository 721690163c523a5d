import type { Asset, BookEvent, Labels, RequestEvent, RequestOpened, RequestParties, RequestPayer } from '#domain';
import { decimalOf, isoTime } from './answers-money.js';
import type { RecordedEvent } from './answers-payment.js';
import type { PAYMENT_REQUEST_STATUSES } from './http/payment-request-requests.js';

export type PaymentRequestStatus = (typeof PAYMENT_REQUEST_STATUSES)[number];

/** Whose answer it is: what is the payee's org's own business stays there where the payer is of another one. */
export type RequestSide = 'same_org' | 'other_org';

type Payee = { agent_id: string; handle: string } | { payee_org: string; handle: string };

/** The answer to opening a payment request, from its event alone (D6). */
export interface PaymentRequestAnswer {
  request_id: string;
  status: PaymentRequestStatus;
  payee: Payee;
  payer: RequestPayer;
  amount: string;
  currency: Asset;
  /** Only for the payee's org. */
  labels?: Labels;
  category: string | null;
  opened_at: string;
  expires_at: string | null;
  /** `<partition>:<position>` in the log of the payee's org, and only for that. */
  position?: string;
}

/** A payment request now. */
export interface PaymentRequestState extends PaymentRequestAnswer {
  /** Null where there was none, or it is kept no longer. */
  memo: string | null;
  /** When it was paid, cancelled or declined. */
  ended_at: string | null;
  /** What paid it. */
  payment_id: string | null;
}

/** The answer to cancelling or declining one. */
export interface PaymentRequestStepAnswer {
  request_id: string;
  status: PaymentRequestStatus;
  payee: Payee;
  payer: RequestPayer;
  recorded_at: string;
  position?: string;
}

export function renderPaymentRequestOpened(event: BookEvent, position: string): PaymentRequestAnswer {
  if (event.type !== 'request.opened') throw new Error(`A payment request is not opened by ${event.type}`);
  return opened(event, position, 'same_org');
}

export function renderPaymentRequestStep(
  event: BookEvent,
  position: string,
  side: RequestSide,
): PaymentRequestStepAnswer {
  if (event.type !== 'request.cancelled' && event.type !== 'request.declined')
    throw new Error(`${event.type} is no step of a payment request that has an answer`);
  return {
    request_id: event.request_id,
    status: ENDS[event.type],
    ...parties(event, event.org, side),
    recorded_at: new Date(event.time).toISOString(),
    ...(side === 'same_org' ? { position } : {}),
  };
}

/** The request after all of its events, oldest first, at a moment: that its time is over is nobody's event (D5). */
export function renderPaymentRequest(
  recorded: readonly RecordedEvent[],
  time: number,
  side: RequestSide,
  memo?: string,
): PaymentRequestState {
  const first = recorded[0];
  if (first?.event.type !== 'request.opened') throw new Error('The events of a payment request begin with its opening');
  const state: PaymentRequestState = {
    ...opened(first.event, first.position, side),
    memo: memo ?? null,
    ended_at: null,
    payment_id: null,
  };
  const { expires_at } = first.event;
  if (expires_at !== undefined && time >= expires_at) state.status = 'expired';
  for (const { event } of recorded) {
    if (!isEnd(event)) continue;
    state.status = ENDS[event.type];
    state.ended_at = new Date(event.time).toISOString();
    if (event.type === 'request.paid') state.payment_id = event.payment;
  }
  return state;
}

const ENDS = { 'request.paid': 'paid', 'request.cancelled': 'cancelled', 'request.declined': 'declined' } as const;

function isEnd(event: BookEvent): event is Extract<RequestEvent, { type: keyof typeof ENDS }> {
  return Object.hasOwn(ENDS, event.type);
}

function opened(event: RequestOpened, position: string, side: RequestSide): PaymentRequestAnswer {
  return {
    request_id: event.request_id,
    status: 'open',
    ...parties(event, event.org, side),
    amount: decimalOf(BigInt(event.amount), event.asset),
    currency: event.asset,
    ...(side === 'same_org' ? { labels: event.labels } : {}),
    category: event.category ?? null,
    opened_at: new Date(event.time).toISOString(),
    expires_at: isoTime(event.expires_at),
    ...(side === 'same_org' ? { position } : {}),
  };
}

function parties(
  { payee, payer }: RequestParties,
  org: string,
  side: RequestSide,
): { payee: Payee; payer: RequestPayer } {
  return {
    payee:
      side === 'same_org'
        ? { agent_id: payee.agent_id, handle: payee.handle }
        : { payee_org: org, handle: payee.handle },
    payer:
      'payer_org' in payer
        ? { payer_org: payer.payer_org, handle: payer.handle }
        : { agent_id: payer.agent_id, handle: payer.handle },
  };
}
