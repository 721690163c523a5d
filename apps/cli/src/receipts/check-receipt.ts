import { RECEIPT_TYPE } from '#contracts';
import { canonicalJson, verifyWithJwks } from '#security';

export type Members = Readonly<Record<string, unknown>>;

export type CheckedReceipt = { good: true; claims: Members } | { good: false; reason: string };

/**
 * Whether a receipt is what one of the keys signed: the answer of `GET /v1/receipts/{id}`, whose every field must be the one in
 * its signed payload, or the JWS alone.
 */
export function checkReceipt(text: string, jwks: { keys: readonly unknown[] }): CheckedReceipt {
  const shown = text.trim().startsWith('{') ? membersOf(text) : { jws: text.trim() };
  if (!shown) return { good: false, reason: 'it is no JSON' };
  const { jws, ...fields } = shown;
  if (typeof jws !== 'string') return { good: false, reason: 'it has no signature: the field jws is missing' };
  const verified = verifyWithJwks(jws, RECEIPT_TYPE, jwks);
  if (!verified.ok) return { good: false, reason: REASONS[verified.reason] };
  const { payload } = verified;
  if (Object.keys(fields).length === 0) return { good: true, claims: payload };
  const names = [...new Set([...Object.keys(fields), ...Object.keys(payload)])];
  const wrong = names.find((name) => !isSame(fields, payload, name));
  return wrong === undefined
    ? { good: true, claims: payload }
    : { good: false, reason: `the field ${wrong} is not what was signed` };
}

const REASONS = {
  malformed: 'its signature is no compact JWS',
  unsupported_algorithm: 'it is signed by another algorithm than EdDSA',
  unexpected_type: 'what is signed is no receipt',
  unknown_key: 'its key is none of the given ones',
  wrong_signature: 'its signature is not over this text',
  outside_validity: 'its key does not sign for the time that it names',
} as const;

function membersOf(text: string): Members | undefined {
  try {
    return JSON.parse(text) as Members;
  } catch {
    return undefined;
  }
}

function isSame(left: Members, right: Members, name: string): boolean {
  return Object.hasOwn(left, name) && Object.hasOwn(right, name) && spelling(left[name]) === spelling(right[name]);
}

/** Undefined where it is nothing that can be signed, such as a fraction. */
function spelling(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}
