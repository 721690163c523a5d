import { sign } from 'node:crypto';
import { unsignedJws } from './compact-jws.js';
import { opened, sealed, type OpenedToken } from './sealed-token.js';
import { SigningKeys } from './signing-keys.js';
import { periodAt, validityOf } from './signing-period.js';

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

export interface KeyRing {
  /**
   * A compact JWS whose bytes depend on its arguments and the first seed alone. `at_ms` is the moment that the facts say,
   * never the clock's, so that what is signed again later is the same text.
   *
   * @throws where the payload is not plain JSON with whole numbers
   */
  sign(payload: object, typ: string, at_ms: number): string;
  /**
   * The same for what nobody but the holders of the seed needs to verify, such as a payment token, which only settlement takes.
   *
   * @throws where the payload is not plain JSON with whole numbers
   */
  seal(payload: object, typ: string): string;
  /** Whether it was sealed by one of the seeds as `typ`: what was sealed for one purpose is no proof for another. */
  open(jws: string, typ: string): OpenedToken;
  /** The public keys of every period from that of `from_ms` to the one after that of `to_ms`, of all seeds. */
  jwks(from_ms: number, to_ms: number): { keys: PublicJwk[] };
}

/**
 * Keys derived from seeds, newest first: the first one signs and seals, all verify.
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
    seal: (payload, typ) => sealed(newest, payload, typ),
    open: (jws, typ) => opened(rings, jws, typ),
    jwks: (from_ms, to_ms) => ({
      keys: [...rings.values()].flatMap((keys) => publicKeys(keys, periodAt(from_ms), periodAt(to_ms) + 1)),
    }),
  };
}

function signed(keys: SigningKeys, payload: object, typ: string, period: number): string {
  const text = unsigned(keys, payload, typ, period);
  return `${text}.${sign(null, Buffer.from(text), keys.keyOf(period).private).toString('base64url')}`;
}

function unsigned(keys: SigningKeys, payload: object, typ: string, period: number): string {
  return unsignedJws({ alg: 'EdDSA', kid: kidOf(keys, period), typ }, payload);
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
