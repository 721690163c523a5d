import { isJsonObject, JsonNumber, WHOLE_BODY, type JsonObject } from '#contracts';
import { amountFault, chooseAccepted, type Chosen } from './accepted-requirement.js';
import { refuseChallenge, type Challenge, type ReadChallenge } from './challenge.js';
import { readBy } from './fields.js';
import { decodeHeader, readBoundedJson } from './header-codec.js';
import { fitsBounds } from './json-values.js';
import { isLegacyChallenge, readLegacyChallenge } from './legacy-challenge.js';
import { nonceOf, paymentIdentifierOf, type ReadReference } from './payment-identifier.js';
import type { Rail } from './rails.js';
import { termsHash } from './terms.js';
import { paymentRequiredV1Schema, requirementsV1Schema } from './wire-v1.js';
import { paymentRequiredSchema, requirementsSchema } from './wire-v2.js';

/**
 * Reads what an agent met at a 402: the raw value of PAYMENT-REQUIRED or of the older X-Payment-Required, or the decoded
 * object of any form, as `readJson` gives it. `rails` are the networks on which it can be paid.
 */
export function readChallenge(value: unknown, rails: readonly Rail[]): ReadChallenge {
  const decoded = decode(value);
  if (!decoded.ok) return refuseChallenge('challenge_invalid', decoded.problems);
  const object = decoded.value;
  if (!isJsonObject(object)) return unsupported('must be a JSON object, or the value of a 402 header');
  const version = object['x402Version'];
  if (version === undefined) {
    if (isV1WithoutVersion(object)) return readV1({ ...object, x402Version: new JsonNumber('1') }, rails);
    return isLegacyChallenge(object)
      ? readLegacyChallenge(object, rails)
      : unsupported('is no form of a 402 challenge');
  }
  const named = version instanceof JsonNumber ? version.text : undefined;
  if (named === '2') return readV2(object, rails);
  if (named === '1') return readV1(object, rails);
  return refuseChallenge('unsupported_challenge', [{ field: 'x402Version', message: 'must be 1 or 2' }]);
}

function decode(value: unknown): ReturnType<typeof decodeHeader> {
  if (typeof value === 'string') {
    const text = value.trim();
    return text.startsWith('{') ? readBoundedJson(text) : decodeHeader(text);
  }
  if (fitsBounds(value)) return { ok: true, value };
  return { ok: false, problems: [{ field: WHOLE_BODY, message: 'is too large or nested too deeply' }] };
}

function isV1WithoutVersion({ accepts }: JsonObject): boolean {
  return Array.isArray(accepts) && accepts.some((offer) => isJsonObject(offer) && 'maxAmountRequired' in offer);
}

function unsupported(message: string): ReadChallenge {
  return refuseChallenge('unsupported_challenge', [{ field: WHOLE_BODY, message }]);
}

function readV2(object: JsonObject, rails: readonly Rail[]): ReadChallenge {
  const read = readBy(paymentRequiredSchema, object);
  if (!read.ok) return refuseChallenge('challenge_invalid', read.problems);
  const { accepts, resource, extensions } = read.value;
  const choice = chooseAccepted(requirementsSchema, accepts, rails);
  if (!choice.ok) return refuseChallenge(choice.none ? 'unsupported_challenge' : 'challenge_invalid', choice.problems);
  const { chosen } = choice;
  const identifier = paymentIdentifierOf(extensions);
  const reference =
    identifier.ok && identifier.reference === undefined ? nonceOf(chosen.requirement.extra, chosen.at) : identifier;
  return normalise(2, chosen, 'amount', chosen.requirement.amount, resource.url, reference, {
    resource: object['resource'] as JsonObject,
    extensions,
  });
}

function readV1(object: JsonObject, rails: readonly Rail[]): ReadChallenge {
  const read = readBy(paymentRequiredV1Schema, object);
  if (!read.ok) return refuseChallenge('challenge_invalid', read.problems);
  const choice = chooseAccepted(requirementsV1Schema, read.value.accepts, rails);
  if (!choice.ok) return refuseChallenge(choice.none ? 'unsupported_challenge' : 'challenge_invalid', choice.problems);
  const { chosen } = choice;
  const { maxAmountRequired, resource, extra } = chosen.requirement;
  return normalise(1, chosen, 'maxAmountRequired', maxAmountRequired, resource, nonceOf(extra, chosen.at));
}

function normalise(
  wire: 1 | 2,
  {
    requirement,
    offered,
    at,
    scheme,
    flow,
    asset,
  }: Chosen<{ network: string; payTo: string; maxTimeoutSeconds: number }>,
  amountName: 'amount' | 'maxAmountRequired',
  amount: bigint,
  resource: string,
  reference: ReadReference,
  echo?: Challenge['echo'],
): ReadChallenge {
  if (!reference.ok) return refuseChallenge('challenge_invalid', [reference.problem]);
  const fault = amountFault(amount);
  if (fault) return refuseChallenge('challenge_invalid', [{ field: `${at}.${amountName}`, message: fault }]);
  const terms = {
    wire,
    scheme,
    flow,
    network: requirement.network,
    asset: asset.asset,
    amount,
    payee: requirement.payTo,
    resource,
    timeout_seconds: requirement.maxTimeoutSeconds,
    accepted: offered,
  };
  return { ok: true, challenge: { ...terms, reference: reference.reference, terms_hash: termsHash(terms), echo } };
}
