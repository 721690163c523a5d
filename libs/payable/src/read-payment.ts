import { isJsonObject, JsonNumber, type JsonObject } from '#contracts';
import { isPaymentCredential, type PaymentProblem } from '#mpp';
import { decodeHeader, sameJson } from '#x402';
import type { Offers } from './offers.js';
import type { PayableRequest } from './options.js';

/** A payment that answers an offer of this route, as the body of a facilitator's call. */
export interface PresentedPayment {
  wire: 1 | 2 | 'legacy' | 'mpp';
  /** As it came, or the token in it where that can be written in more than one way: two copies of it are one payment. */
  header: string;
  body: JsonObject;
}

export type ReadPayment =
  | { kind: 'none' }
  /** `problem`: what it is called in the scheme Payment, where it came in that. */
  | { kind: 'refused'; reason: string; problem?: PaymentProblem }
  | { kind: 'payment'; payment: PresentedPayment };

const NO_MATCH: ReadPayment = { kind: 'refused', reason: 'No matching payment requirements' };
const UNREADABLE: ReadPayment = { kind: 'refused', reason: 'invalid_payload' };

/** A compact JWS: its dots are in no base64 of the standard alphabet. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Finds the payment that a request brings: PAYMENT-SIGNATURE is v2; X-PAYMENT is v1 or, where it is no JSON of v1, a token of the
 * older form, since the two headers have one name; Authorization is looked at only where its scheme is Payment.
 */
export function readPayment(request: PayableRequest, offers: Offers): ReadPayment {
  const signature = headerOf(request, 'payment-signature');
  if (signature !== undefined) return readV2(signature, offers);
  const older = headerOf(request, 'x-payment');
  if (older !== undefined) return TOKEN.test(older) ? readLegacy(older, offers) : readV1(older, offers);
  const authorization = headerOf(request, 'authorization');
  if (authorization === undefined || !isPaymentCredential(authorization)) return { kind: 'none' };
  return readPaymentScheme(authorization, offers);
}

/** The token, which has to answer the very challenge that stands beside it. */
function readPaymentScheme(authorization: string, offers: Offers): ReadPayment {
  const accepted = ledgerOffer(offers);
  if (!offers.payment || !accepted) return NO_MATCH;
  const read = offers.payment.read(authorization);
  if (!read.ok) return { kind: 'refused', reason: read.reason, problem: read.problem };
  const { challenge, payload } = read.credential;
  return presented(
    'mpp',
    payload.token,
    callV2(offers, accepted, { token: payload.token, challenge_id: challenge.id }),
  );
}

function readV2(header: string, offers: Offers): ReadPayment {
  const payload = payloadOf(header, '2');
  if (!payload) return UNREADABLE;
  const { accepted } = payload;
  const offer = isJsonObject(accepted) && offers.accepts.find((offered) => isOffer(accepted, offered));
  if (!offer) return NO_MATCH;
  // The client says what it means to pay for; what it asks for is the server's to say.
  const paymentPayload = { ...payload, resource: offers.resource };
  return presented(2, header, { x402Version: 2, paymentPayload, paymentRequirements: offer });
}

function readV1(header: string, offers: Offers): ReadPayment {
  const payload = payloadOf(header, '1');
  if (!payload) return UNREADABLE;
  const { scheme, network } = payload;
  const isNamed = (offered: JsonObject) => offered['scheme'] === scheme && offered['network'] === network;
  const asked = offers.takenV1.find(isNamed);
  if (!asked) return NO_MATCH;
  // On the ledger's own network a token is one whatever wire it came by, and v2 says more.
  const accepted = offers.accepts.find(isNamed);
  if (accepted) return presented(1, header, callV2(offers, accepted, payload['payload']));
  return presented(1, header, { x402Version: 1, paymentPayload: payload, paymentRequirements: asked });
}

/** The token alone: which of the offers it answers, its claims tell the facilitator. */
function readLegacy(token: string, offers: Offers): ReadPayment {
  const accepted = ledgerOffer(offers);
  return offers.legacy && accepted ? presented('legacy', token, callV2(offers, accepted, { token })) : NO_MATCH;
}

function ledgerOffer({ accepts }: Offers): JsonObject | undefined {
  return accepts.find(({ network }) => (network as string).startsWith('ledger:'));
}

function callV2({ resource }: Offers, accepted: JsonObject, payload: unknown): JsonObject {
  const paymentPayload = { x402Version: 2, resource, accepted, payload };
  return { x402Version: 2, paymentPayload, paymentRequirements: accepted };
}

function presented(wire: PresentedPayment['wire'], header: string, body: JsonObject): ReadPayment {
  return { kind: 'payment', payment: { wire, header, body } };
}

/** The payload of one version; undefined where it is none, or brings words that are the server's to say. */
function payloadOf(header: string, version: '1' | '2'): JsonObject | undefined {
  const read = decodeHeader(header);
  if (!read.ok || !isJsonObject(read.value)) return undefined;
  const { x402Version, payload } = read.value;
  if (!(x402Version instanceof JsonNumber) || x402Version.text !== version) return undefined;
  return isJsonObject(payload) && !('type' in payload) ? read.value : undefined;
}

/** As the published servers compare: all the same, but that the payer may add to `extra`. */
function isOffer(accepted: JsonObject, offered: JsonObject): boolean {
  const { extra: added, ...said } = accepted;
  const { extra, ...meant } = offered;
  const least = extra as JsonObject;
  return (
    sameJson(said, meant) &&
    isJsonObject(added) &&
    Object.keys(least).every((name) => sameJson(added[name], least[name])) &&
    // A flow that was not offered would be another order of things.
    sameJson(added['paymentFlow'], least['paymentFlow'])
  );
}

function headerOf({ headers }: PayableRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
