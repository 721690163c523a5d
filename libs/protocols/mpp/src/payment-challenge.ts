import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FieldProblem } from '#contracts';
import { z } from 'zod';
import { writeAuthenticate } from './authenticate-header.js';
import { MPP_BOUNDS } from './bounds.js';
import { isoTime, matching, printable, words } from './fields.js';

export const PAYMENT_SCHEME = 'Payment';

const base64url = (characters: number) =>
  matching(new RegExp(`^[\\w-]{1,${characters}}$`), `must be base64url of 1 to ${characters} characters`);

/** The parameters of a challenge of the scheme Payment; the same fields stand in a credential that answers it. */
export const paymentChallengeSchema = z.object({
  id: printable(MPP_BOUNDS.id_characters),
  realm: words(MPP_BOUNDS.realm_characters),
  method: matching(/^[a-z]{1,64}$/, 'must be the name of a payment method in lower case'),
  intent: matching(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of an intent'),
  request: base64url(MPP_BOUNDS.request_characters),
  expires: isoTime.optional(),
  digest: printable(MPP_BOUNDS.digest_characters).optional(),
  description: words(MPP_BOUNDS.description_characters).optional(),
  opaque: base64url(MPP_BOUNDS.opaque_characters).optional(),
});
export type PaymentChallenge = z.output<typeof paymentChallengeSchema>;

export type ReadPaymentChallenge = { ok: true; challenge: PaymentChallenge } | { ok: false; problems: FieldProblem[] };

/** Checks the fields of a challenge, of a header or of a credential. Others are left out: whoever reads it must ignore them. */
export function readPaymentChallenge(fields: unknown, at = ''): ReadPaymentChallenge {
  const read = paymentChallengeSchema.safeParse(fields);
  if (read.success) return { ok: true, challenge: read.data };
  const problems = read.error.issues.map(({ path, message }) => ({
    field: [at, ...path].filter(Boolean).join('.'),
    message,
  }));
  return { ok: false, problems };
}

/** The value of `WWW-Authenticate` that asks for a payment. */
export function writePaymentChallenge(challenge: PaymentChallenge): string {
  const { id, realm, method, intent, request, expires, digest, description, opaque } = challenge;
  return writeAuthenticate(PAYMENT_SCHEME, {
    id,
    realm,
    method,
    intent,
    request,
    expires,
    digest,
    description,
    opaque,
  });
}

/**
 * The id that binds a challenge to all of its terms, as the draft recommends: its server needs no memory to know it again. Seven slots,
 * each always there.
 */
export function challengeId(key: Buffer, challenge: Omit<PaymentChallenge, 'id'>): string {
  const { realm, method, intent, request, expires = '', digest = '', opaque = '' } = challenge;
  const slots = [realm, method, intent, request, expires, digest, opaque];
  return createHmac('sha256', key).update(slots.join('|'), 'utf8').digest('base64url');
}

/** Whether a challenge that came back is one that the holder of the key has given out. */
export function isOwnChallenge(key: Buffer, challenge: PaymentChallenge): boolean {
  const expected = Buffer.from(challengeId(key, challenge));
  const presented = Buffer.from(challenge.id);
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}
