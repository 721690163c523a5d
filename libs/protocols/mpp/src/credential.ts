import { isJsonObject, type FieldProblem } from '#contracts';
import { decodeJson, encodeJson } from './base64url-json.js';
import { MPP_BOUNDS } from './bounds.js';
import { PAYMENT_SCHEME, readPaymentChallenge, type PaymentChallenge } from './payment-challenge.js';

/** What a client sends back: the challenge as it came, and the payment token for it. */
export interface LedgerCredential {
  challenge: PaymentChallenge;
  payload: { token: string };
}

export type ReadCredential = { ok: true; credential: LedgerCredential } | { ok: false; problems: FieldProblem[] };

/** The value of `Authorization` that pays for the challenge. */
export function writeCredential({ challenge, payload }: LedgerCredential): string {
  return `${PAYMENT_SCHEME} ${encodeJson({ challenge, payload: { token: payload.token } })}`;
}

/** Whether a value of `Authorization` is a credential of the scheme Payment, or of another one. */
export function isPaymentCredential(authorization: string): boolean {
  return /^payment(?: |$)/i.test(authorization);
}

/**
 * Reads such a value. A `payload` that brings more than the token is refused: all that it says to whoever settles it is the server's
 * to say.
 */
export function readCredential(authorization: string): ReadCredential {
  const [, encoded = ''] = /^payment +(.*)$/i.exec(authorization) ?? [];
  const decoded = decodeJson(encoded, MPP_BOUNDS.header_characters);
  if (!decoded.ok) return refused('Authorization', decoded.message);
  const { challenge: echoed, payload } = decoded.object;
  const read = readPaymentChallenge(echoed, 'challenge');
  if (!read.ok) return read;
  const { challenge } = read;
  if (!isJsonObject(payload)) return refused('payload', 'must be a JSON object');
  const { token, ...more } = payload;
  if (typeof token !== 'string' || token === '') return refused('payload.token', 'must be a payment token');
  const [other] = Object.keys(more);
  if (other !== undefined) return refused(`payload.${other}`, 'is not known');
  return { ok: true, credential: { challenge, payload: { token } } };
}

function refused(field: string, message: string): ReadCredential {
  return { ok: false, problems: [{ field, message }] };
}
