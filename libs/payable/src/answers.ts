import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#contracts';
import { encodeHeader, writeJson } from '#x402';
import type { Offers } from './offers.js';
import type { PresentedPayment } from './read-payment.js';

/** An answer that stands in the place of the handler's. */
export interface Refusal {
  status: 402 | 503;
  headers: Record<string, string>;
  body: JsonObject;
}

/**
 * The answer 402 in all three forms at once: v2 in its header, v1 in the body, the older form in a header of its own with a new
 * nonce. Each client reads its own.
 */
export function paymentRequired(offers: Offers, error: string): Refusal {
  const { resource, accepts, acceptsV1, legacy } = offers;
  return {
    status: 402,
    headers: {
      'PAYMENT-REQUIRED': encodeHeader({ x402Version: 2, error, resource, accepts }),
      ...(legacy && { 'X-Payment-Required': inAscii({ ...legacy, nonce: randomUUID() }) }),
      'Cache-Control': 'no-store',
    },
    body: { x402Version: 1, error, accepts: acceptsV1 },
  };
}

/** A settlement that failed, told with the facilitator's answer; nothing of the handler's is shown. */
export function settlementFailed(offers: Offers, wire: PresentedPayment['wire'], answer: JsonObject): Refusal {
  const { errorReason } = answer;
  const { body } = paymentRequired(offers, typeof errorReason === 'string' ? errorReason : 'Settlement failed');
  return { status: 402, headers: { ...settlementHeader(wire, answer), 'Cache-Control': 'no-store' }, body };
}

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
  return { [wire === 1 ? 'X-PAYMENT-RESPONSE' : 'PAYMENT-RESPONSE']: encodeHeader(answer) };
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
