import { IDEMPOTENCY_KEY, isJsonObject, type FieldProblem, type JsonObject } from '#contracts';

export const PAYMENT_IDENTIFIER = 'payment-identifier';
const IDENTIFIER = /^[A-Za-z0-9_-]{16,128}$/;

export type ReadReference = { ok: true; reference?: string } | { ok: false; problem: FieldProblem };

/** The id that the extension `payment-identifier` carries, which makes a repeated payment the same one. */
export function paymentIdentifierOf(extensions: JsonObject | undefined, at = 'extensions'): ReadReference {
  const extension = extensions?.[PAYMENT_IDENTIFIER];
  if (extension === undefined) return { ok: true };
  const field = `${at}.${PAYMENT_IDENTIFIER}`;
  if (!isJsonObject(extension) || !isJsonObject(extension['info'])) {
    return { ok: false, problem: { field, message: 'must be an object with an object info' } };
  }
  const { id } = extension['info'];
  if (id === undefined) return { ok: true };
  if (typeof id === 'string' && IDENTIFIER.test(id)) return { ok: true, reference: id };
  const message = 'must be 16 to 128 characters of A-Z, a-z, 0-9, _ and -';
  return { ok: false, problem: { field: `${field}.info.id`, message } };
}

/** A nonce that the server wrote into `extra`, for servers without the extension. */
export function nonceOf(extra: JsonObject | undefined, at: string): ReadReference {
  const nonce = extra?.['nonce'];
  if (nonce === undefined) return { ok: true };
  if (typeof nonce === 'string' && IDEMPOTENCY_KEY.test(nonce)) return { ok: true, reference: nonce };
  const message = 'must be 1 to 255 printable characters with no space at either end';
  return { ok: false, problem: { field: `${at}.extra.nonce`, message } };
}
