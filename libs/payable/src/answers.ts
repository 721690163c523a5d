import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, writeJson } from '#contracts';
import { paymentProblem, writePaymentReceipt, type PaymentProblem } from '#mpp';
import { encodeHeader } from '#x402';
import type { Offers } from './offers.js';
import type { PresentedPayment } from './read-payment.js';

/** An answer that stands in the place of the handler's. */
export interface Refusal {
  status: 402 | 503;
  headers: Record<string, string>;
  body: JsonObject;
}

/**
 * The answer 402 in all forms at once: x402 v2 in its header, v1 in the body, the older form and the scheme Payment in headers of their
 * own, with a new nonce. Each client reads its own. Who came with a credential of the scheme Payment, and so knows what a `problem` is, is
 * told that alone in the body.
 */
export function paymentRequired(offers: Offers, error: string, problem?: PaymentProblem): Refusal {
  const { resource, accepts, acceptsV1, legacy, payment } = offers;
  const asked = payment?.challenge();
  const told = paymentProblem(problem ?? 'payment-required', error, asked?.id);
  const v1 = { x402Version: 1, error, accepts: acceptsV1 };
  return {
    status: 402,
    headers: {
      'PAYMENT-REQUIRED': encodeHeader({ x402Version: 2, error, resource, accepts }),
      ...(legacy && { 'X-Payment-Required': inAscii({ ...legacy, nonce: randomUUID() }) }),
      ...(asked && { 'WWW-Authenticate': asked.header, 'Content-Type': 'application/problem+json' }),
      'Cache-Control': 'no-store',
    },
    body: problem ? { ...told } : { ...(asked && told), ...v1 },
  };
}

/** A settlement that failed, told with the facilitator's answer; nothing of the handler's is shown. */
export function settlementFailed(offers: Offers, wire: PresentedPayment['wire'], answer: JsonObject): Refusal {
  const { errorReason } = answer;
  const reason = typeof errorReason === 'string' ? errorReason : 'Settlement failed';
  if (wire === 'mpp') return paymentRefused(offers, wire, reason);
  const { body } = paymentRequired(offers, reason);
  return { status: 402, headers: { ...settlementHeader(wire, answer), 'Cache-Control': 'no-store' }, body };
}

/** A payment that does not stand, by the facilitator's word for it. */
export function paymentRefused(offers: Offers, wire: PresentedPayment['wire'], reason: string): Refusal {
  return paymentRequired(offers, reason, wire === 'mpp' ? (PROBLEMS.get(reason) ?? 'verification-failed') : undefined);
}

const PROBLEMS: ReadonlyMap<string, PaymentProblem> = new Map([
  ['duplicate_settlement', 'invalid-challenge'],
  // Its hold has ended or is firm: the challenge was used.
  ['invalid_transaction_state', 'invalid-challenge'],
  ['payment_expired', 'payment-expired'],
]);

/** Fail closed: nothing is known of the payment, so it is neither taken for paid nor asked for again. */
export function unavailable(): Refusal {
  const detail = 'Payments cannot be taken at the moment. Send the request again with the same payment.';
  return {
    status: 503,
    headers: { 'Retry-After': '1', 'Cache-Control': 'no-store' },
    body: { status: 503, code: 'settlement_unavailable', detail },
  };
}

/** What was settled, for the payer. */
export function settlementHeader(wire: PresentedPayment['wire'], answer: JsonObject): Record<string, string> {
  if (wire === 'mpp') return { 'Payment-Receipt': receiptOf(answer) };
  return { [wire === 1 ? 'X-PAYMENT-RESPONSE' : 'PAYMENT-RESPONSE']: encodeHeader(answer) };
}

function receiptOf({ transaction, extra }: JsonObject): string {
  const receiptId = isJsonObject(extra) ? extra['receipt_id'] : undefined;
  return writePaymentReceipt({
    timestamp: new Date().toISOString(),
    reference: String(transaction),
    ...(typeof receiptId === 'string' && { receiptId }),
  });
}

/** A paid answer is one payer's: shared caches must not keep it. */
export function privateCacheControl(existing: string | undefined): string {
  if (existing === undefined || existing === '') return 'private';
  const directives = existing.split(',').map((directive) => directive.trim().toLowerCase());
  return directives.includes('private') ? existing : `${existing}, private`;
}

/** Header values are bytes of Latin-1; what is beyond is escaped. */
function inAscii(value: JsonObject): string {
  return writeJson(value).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
