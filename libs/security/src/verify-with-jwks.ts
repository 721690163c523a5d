import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { splitJws, type JwsFault, type JwsHeader, type JwsPayload } from './compact-jws.js';

export type JwksVerification =
  | { readonly ok: true; readonly header: JwsHeader; readonly payload: JwsPayload }
  | {
      readonly ok: false;
      readonly reason: JwsFault | 'unexpected_type' | 'unknown_key' | 'wrong_signature' | 'outside_validity';
    };

/**
 * Whether one of the public keys signed the JWS as `typ`, at a time that the key signs for: a key that becomes known to others
 * later forges nothing of another time. Needs no secret and no network.
 */
export function verifyWithJwks(
  jws: string,
  typ: string,
  jwks: { readonly keys: readonly unknown[] },
): JwksVerification {
  const parts = splitJws(jws, 'EdDSA');
  if (typeof parts === 'string') return { ok: false, reason: parts };
  const { header, payload, signed, signature } = parts;
  if (header.typ !== typ) return { ok: false, reason: 'unexpected_type' };
  const jwk = jwks.keys.find((one): one is Record<string, unknown> => isRecord(one) && one['kid'] === header.kid);
  const key = jwk && publicKeyOf(jwk);
  if (!key) return { ok: false, reason: 'unknown_key' };
  if (!verify(null, Buffer.from(signed), key, signature)) return { ok: false, reason: 'wrong_signature' };
  const { nbf = -Infinity, exp = Infinity } = jwk;
  const { iat } = payload;
  const isValid = typeof iat === 'number' && iat >= Number(nbf) && iat < Number(exp);
  return isValid ? { ok: true, header, payload } : { ok: false, reason: 'outside_validity' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Undefined where it is no Ed25519 key: with a key of another kind `verify` would check another algorithm. */
function publicKeyOf({ kty, crv, x }: Record<string, unknown>): KeyObject | undefined {
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
