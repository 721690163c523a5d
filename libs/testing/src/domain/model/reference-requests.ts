import type { Asset } from '#domain';

/** As much of the book as is asked about here. */
interface Requests {
  requests: readonly ReferenceRequest[];
  sent: readonly { request: string; payment: string }[];
  payments: readonly { id: string; status: string; request?: string }[];
}

/** Which rule stands against it, in the form of the rules' verdicts. */
interface Verdict {
  code: string;
  kind: string;
  id: string;
  rule?: string;
}

/** Money that an agent of this book has asked for; told without the domain. */
export interface ReferenceRequest {
  id: string;
  payee: string;
  /** Absent where an agent of the other org is asked. */
  payer?: string;
  asset: Asset;
  amount: bigint;
  expires_at?: number;
  status: 'open' | 'paid' | 'cancelled' | 'declined';
  paid_by?: string;
}

/** What a payment would pay, and as whom. */
export interface PayingFields {
  request: string;
  payment: string;
  payer: string;
  /** The agent that is paid; undefined for a service. */
  payee: string | undefined;
  abroad: boolean;
  amount: bigint;
  asset: Asset;
  capture: boolean;
  authorized_at: number;
}

const about = (code: string, id: string): Verdict => ({ code, kind: 'payment_request', id });

/** Why it is open no more. */
export function endOfRequest(request: ReferenceRequest, time: number): Verdict | undefined {
  const { id, status, paid_by, expires_at } = request;
  if (status === 'paid') return { code: 'payment_request_paid', kind: 'payment', id: paid_by! };
  if (status !== 'open') return about(`payment_request_${status}`, id);
  return expires_at !== undefined && expires_at <= time ? about('payment_request_expired', id) : undefined;
}

/** Why a payment does not pay the request that it names. */
export function requestAgainstPayment(book: Requests, fields: PayingFields): Verdict | undefined {
  const { request: id, payment, capture, abroad } = fields;
  if (!capture) return { ...about('payment_request_mismatch', id), rule: 'capture' };
  const against = abroad ? sentBefore(book, id) : notPaidBy(book, fields);
  if (against) return against;
  const waits = book.payments.find(
    (one) => one.id !== payment && one.status === 'pending_approval' && one.request === id,
  );
  return waits && { code: 'payment_request_pending', kind: 'payment', id: waits.id };
}

function sentBefore({ sent }: Requests, id: string): Verdict | undefined {
  const before = sent.find((one) => one.request === id);
  return before && { code: 'payment_request_paid', kind: 'payment', id: before.payment };
}

function notPaidBy(book: Requests, fields: PayingFields): Verdict | undefined {
  const request = book.requests.find((one) => one.id === fields.request);
  if (!request || request.payer !== fields.payer) return about('payment_request_not_found', fields.request);
  return endOfRequest(request, fields.authorized_at) ?? otherThanAsked(request, fields);
}

/** The first that differs of payee, currency and amount. */
export function otherThanAsked(
  request: ReferenceRequest,
  paid: { payee: string | undefined; asset: Asset; amount: bigint },
): Verdict | undefined {
  const mismatch = (rule: string): Verdict => ({ ...about('payment_request_mismatch', request.id), rule });
  if (request.payee !== paid.payee) return mismatch('payee');
  if (request.asset !== paid.asset) return mismatch('currency');
  return request.amount === paid.amount ? undefined : mismatch('amount');
}
