import type { ResolvedChallenge } from '../answers/index.js';

/** What was paid for one request. */
export interface RequestPayment {
  payment_id: string;
  receipt_id: string;
  /** What was asked for and held; a seller may have taken less. */
  amount: string;
  currency: string;
  payee: string;
  /** With which the request can be sent again without being paid again, until `expires_at`. */
  header_name: string;
  header_value: string;
  expires_at: string;
  /** The seller's own receipt as its header has it; null where it gave none. */
  receipt: string | null;
}

const RECEIPT_HEADERS = ['payment-response', 'x-payment-response', 'payment-receipt'];

const paid = new WeakMap<Response, RequestPayment>();

/** What `fetchWithBudget` paid for this response; undefined where it cost nothing. */
export function paymentOf(response: Response): RequestPayment | undefined {
  return paid.get(response);
}

export function paymentOfChallenge(resolved: ResolvedChallenge): RequestPayment {
  const { payment_id, receipt_id, amount, currency, payee, header_name, header_value, expires_at } = resolved;
  return {
    payment_id,
    receipt_id,
    amount,
    currency,
    payee,
    header_name,
    header_value,
    expires_at,
    receipt: null,
  };
}

/** Remembers it beside the response, with the receipt that came with it. */
export function rememberPayment(response: Response, payment: RequestPayment): RequestPayment {
  const name = RECEIPT_HEADERS.find((each) => response.headers.has(each));
  const told = { ...payment, receipt: name === undefined ? null : response.headers.get(name) };
  paid.set(response, told);
  return told;
}
