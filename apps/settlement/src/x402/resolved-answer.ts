import { isJsonObject, JsonNumber, receiptId, type JsonObject } from '#contracts';
import { formatUnits, type PaymentDetails } from '#domain';
import { writeCredential } from '#mpp';
import { encodeHeader, PAYMENT_IDENTIFIER } from '#x402';
import type { MetChallenge } from './challenge.js';

/**
 * The answer to a resolved challenge: the token, and the header that carries it back in the form that the 402 came in. Made from
 * the hold and the challenge alone, so that the same challenge again gives the same bytes (D6).
 */
export function resolvedAnswer(
  challenge: MetChallenge,
  hold: { details: PaymentDetails; expires_at: number },
  token: string,
  position: string,
) {
  const { payment_id, payer, session_id, amount, asset } = hold.details;
  return {
    payment_id,
    hold_id: payment_id,
    payment_token: token,
    ...headerOf(challenge, token, payment_id),
    amount: formatUnits(amount, asset),
    currency: asset,
    payer: { agent_id: payer.agent_id, handle: payer.handle },
    payee: challenge.payee,
    scheme: challenge.scheme,
    network: challenge.network,
    session_id: session_id ?? null,
    expires_at: new Date(hold.expires_at).toISOString(),
    receipt_id: receiptId(payment_id),
    position,
  };
}

/** What the retry of the request carries. */
function headerOf(met: MetChallenge, token: string, paymentId: string) {
  if (met.wire === 'mpp') {
    const credential = { challenge: met.challenge, payload: { token } };
    return { header_name: 'Authorization', header_value: writeCredential(credential), payment_payload: credential };
  }
  const { wire, scheme, network, accepted, echo } = met;
  if (wire === 'legacy') return { header_name: 'X-Payment', header_value: token };
  const paymentPayload: JsonObject =
    wire === 1
      ? { x402Version: new JsonNumber('1'), scheme, network, payload: { token } }
      : {
          x402Version: new JsonNumber('2'),
          ...(echo === undefined ? {} : { resource: echo.resource }),
          accepted,
          payload: { token },
          ...(echo?.extensions === undefined ? {} : { extensions: echoed(echo.extensions, paymentId) }),
        };
  const header_name = wire === 1 ? 'X-PAYMENT' : 'PAYMENT-SIGNATURE';
  return { header_name, header_value: encodeHeader(paymentPayload), payment_payload: paymentPayload, accepted };
}

/** Extensions go back as they came; a server that takes a payment-identifier gets the payment's own id where it has named none. */
function echoed(extensions: JsonObject, paymentId: string): JsonObject {
  const declared = extensions[PAYMENT_IDENTIFIER];
  if (!isJsonObject(declared) || !isJsonObject(declared['info']) || 'id' in declared['info']) return extensions;
  return { ...extensions, [PAYMENT_IDENTIFIER]: { ...declared, info: { ...declared['info'], id: paymentId } } };
}
