import { OWN_KEY, redemptionKey, serviceStepKey, transferKey, type Command, type Query } from '#domain';

/**
 * Keys that the owner itself makes begin with a sign that callers' keys may not hold, so that the two never meet.
 * A top-up's external reference is its key in the org's scope: the same reference again changes nothing (C6). A token's payment
 * is the key of its redemption, whoever redeems it, and what was signed is the key of its settling. What settlement says of a call of a
 * paid service is known by its payment.
 */
export function withOwnKey(request: Command | Query): Command | Query {
  if (request.type === 'payment.redeem') return withKey(request, redemptionKey(request.step, request.payment_id));
  if (request.type === 'payment.transfer_signed' || request.type === 'query.signed_transfer')
    return withKey(request, transferKey(request));
  const step = serviceStepKey(request);
  if (step !== undefined) return withKey(request, step);
  if (request.type !== 'topup' || request.reference === undefined) return request;
  return withKey(request, `${OWN_KEY}reference:${request.reference}`);
}

/** Begun with the key: a field that a copy did not have before makes it an object of a kind of its own, which is slow (Node 20). */
function withKey(request: Command | Query, key: string): Command | Query {
  const keyed = { key, ...request };
  keyed.key = key;
  return keyed;
}
