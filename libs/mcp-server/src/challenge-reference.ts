/** Longer than any challenge that is read. */
const LONGEST = 64 * 1024;

/**
 * Whether a challenge has a reference of its own, which is its idempotency key then: `nonce` of the older form, an id of the scheme
 * Payment, and in x402 a payment-identifier or a nonce with every offer.
 */
export function hasReference(challenge: string | object): boolean {
  if (typeof challenge === 'string' && /^\s*payment\s/i.test(challenge)) return true;
  const read = typeof challenge === 'string' ? decoded(challenge) : challenge;
  if (!isObject(read)) return false;
  if (isFilled(read['nonce'])) return true;
  const { extensions, accepts } = read as { extensions?: Record<string, unknown>; accepts?: unknown };
  const identifier = isObject(extensions) ? extensions['payment-identifier'] : undefined;
  const info = isObject(identifier) ? identifier['info'] : undefined;
  if (isObject(info) && isFilled(info['id'])) return true;
  // Which offer will be taken is not known here.
  return Array.isArray(accepts) && accepts.length > 0 && accepts.every(hasNonce);
}

function hasNonce(offer: unknown): boolean {
  const extra = isObject(offer) ? offer['extra'] : undefined;
  return isObject(extra) && isFilled(extra['nonce']);
}

function decoded(text: string): unknown {
  if (text.length > LONGEST) return undefined;
  const plain = text.trim();
  try {
    return JSON.parse(plain.startsWith('{') ? plain : Buffer.from(plain, 'base64').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFilled(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
