import { IDEMPOTENCY_KEY, JsonNumber, unitsOf, type AmountInput, type JsonObject } from '#contracts';
import { isAsset } from '#domain';
import { z } from 'zod';
import { X402_BOUNDS } from './bounds.js';
import { refuseChallenge, type ReadChallenge } from './challenge.js';
import { objectOf, orAbsent, payToField, readBy, wordsField } from './fields.js';
import { findScheme, FLOWS, type Rail } from './rails.js';
import { termsHash } from './terms.js';

const AMOUNT_RULE = 'must be a decimal number such as 0.05, as a JSON number or a string';
const NONCE_RULE = 'must be 1 to 255 printable characters with no space at either end';

/** The older form: an amount in units of its currency, and a nonce that is the payment's key. */
const legacySchema = objectOf({
  amount: z.custom<AmountInput>((value) => typeof value === 'string' || value instanceof JsonNumber, {
    error: (issue) => (issue.input === undefined ? 'is missing' : AMOUNT_RULE),
  }),
  currency: z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a currency such as USD') })
    .regex(/^[A-Z]{3,8}$/, 'must be a currency such as USD'),
  destination: payToField,
  nonce: z
    .string({ error: (issue) => (issue.input === undefined ? 'is missing' : NONCE_RULE) })
    .regex(IDEMPOTENCY_KEY, NONCE_RULE),
  resource: orAbsent(wordsField(X402_BOUNDS.url_characters, 1)),
  /** What v2 has in `extra.paymentFlow`; servers of the older form alone say nothing, and mean `authorization`. */
  payment_flow: orAbsent(z.enum(FLOWS, 'must be authorization, upfront or escrow')),
});

/** Whether an object means to be a challenge of the older form. */
export function isLegacyChallenge(value: JsonObject): boolean {
  return 'destination' in value || 'currency' in value;
}

/** Reads it as an `exact` payment on the first rail that takes the currency by its name. */
export function readLegacyChallenge(value: JsonObject, rails: readonly Rail[]): ReadChallenge {
  const read = readBy(legacySchema, value);
  if (!read.ok) return refuseChallenge('challenge_invalid', read.problems);
  const { amount, currency, destination, nonce, resource, payment_flow } = read.value;
  const rail = rails.find((known) => findScheme(known, 'exact') && known.assets.some(({ name }) => name === currency));
  if (!rail || !isAsset(currency)) {
    return refuseChallenge('unsupported_challenge', [
      { field: 'currency', message: 'is no currency that is paid here' },
    ]);
  }
  const units = unitsOf(amount, currency, 1);
  if ('message' in units) {
    return refuseChallenge('challenge_invalid', [{ field: 'amount', message: units.message }]);
  }
  const terms = {
    wire: 'legacy' as const,
    scheme: 'exact' as const,
    flow: payment_flow ?? ('authorization' as const),
    network: rail.network,
    asset: currency,
    amount: units.units,
    payee: destination,
    resource,
    accepted: value,
  };
  return { ok: true, challenge: { ...terms, reference: nonce, terms_hash: termsHash(terms) } };
}
