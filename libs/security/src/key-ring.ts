import { sign, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { splitJws, type JwsFault, type JwsHeader, type JwsPayload } from './compact-jws.js';
import { SigningKeys } from './signing-keys.js';
import { isPeriod, periodAt, validityOf } from './signing-period.js';

/** A public key with the time that it signs for, both ends in seconds. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
  readonly nbf: number;
  readonly exp: number;
}

export type JwsVerification =
  | { readonly ok: true; readonly header: JwsHeader; readonly payload: JwsPayload }
  | { readonly ok: false; readonly reason: JwsFault | 'unexpected_type' | 'unknown_key' | 'wrong_signature' };

export interface KeyRing {
  /**
   * A compact JWS whose bytes depend on its arguments and the first seed alone. `at_ms` is the moment that the facts say,
   * never the clock's, so that what is signed again later is the same text.
   *
   * @throws where the payload is not plain JSON with whole numbers
   */
  sign(payload: object, typ: string, at_ms: number): string;
  /** Whether one of the seeds signed it as `typ`: what was signed for one purpose is no proof for another. */
  verify(jws: string, typ: string): JwsVerification;
  /** The public keys of every period from that of `from_ms` to the one after that of `to_ms`, of all seeds. */
  jwks(from_ms: number, to_ms: number): { keys: PublicJwk[] };
}

/**
 * Signing keys derived from seeds, newest first: the first one signs, all verify.
 *
 * @throws where there is no seed, one is too short, or one stands twice
 */
export function createKeyRing({ seeds }: { readonly seeds: readonly Uint8Array[] }): KeyRing {
  const rings = new Map<string, SigningKeys>();
  for (const seed of seeds) {
    const keys = new SigningKeys(seed);
    if (rings.has(keys.name)) throw new Error('A signing seed stands twice');
    rings.set(keys.name, keys);
  }
  const [newest] = rings.values();
  if (newest === undefined) throw new Error('A key ring needs a signing seed');
  return {
    sign: (payload, typ, at_ms) => signed(newest, payload, typ, periodAt(at_ms)),
    verify: (jws, typ) => verified(rings, jws, typ),
    jwks: (from_ms, to_ms) => ({
      keys: [...rings.values()].flatMap((keys) => publicKeys(keys, periodAt(from_ms), periodAt(to_ms) + 1)),
    }),
  };
}

function signed(keys: SigningKeys, payload: object, typ: string, period: number): string {
  const header: JwsHeader = { alg: 'EdDSA', kid: kidOf(keys, period), typ };
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${sign(null, Buffer.from(text), keys.keyOf(period).private).toString('base64url')}`;
}

function verified(rings: ReadonlyMap<string, SigningKeys>, jws: string, typ: string): JwsVerification {
  const parts = splitJws(jws);
  if (typeof parts === 'string') return { ok: false, reason: parts };
  const { header, payload } = parts;
  if (header.typ !== typ) return { ok: false, reason: 'unexpected_type' };
  const [name = '', periodText = ''] = header.kid.split('.');
  const keys = rings.get(name);
  const period = Number(periodText);
  // The kid written again: no other spelling of the same period names the key.
  if (keys === undefined || !isPeriod(period) || kidOf(keys, period) !== header.kid) {
    return { ok: false, reason: 'unknown_key' };
  }
  // The signature is a function of key and text (RFC 8032), so signing again tells, in a third of the time of verifying; and no
  // other encoding of the same signature passes.
  const expected = sign(null, Buffer.from(parts.signed), keys.keyOf(period).private);
  const { signature } = parts;
  const isSigned = signature.length === expected.length && timingSafeEqual(signature, expected);
  return isSigned ? { ok: true, header, payload } : { ok: false, reason: 'wrong_signature' };
}

function publicKeys(keys: SigningKeys, first: number, last: number): PublicJwk[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const period = first + index;
    const { x = '' } = keys.keyOf(period).public.export({ format: 'jwk' });
    const kid = kidOf(keys, period);
    return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA', ...validityOf(period) };
  });
}

function kidOf(keys: SigningKeys, period: number): string {
  return `${keys.name}.${period}`;
}

function encoded(value: object): string {
  return Buffer.from(canonicalJson(value)).toString('base64url');
}
