import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

const SEED_BYTES_LEAST = 32;
/** What stands in PKCS 8 before the 32 bytes of an Ed25519 key. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Keys are made again rather than kept without bound; years of periods fit. */
const CACHE_MAXIMUM = 256;

export interface PeriodKey {
  readonly private: KeyObject;
  readonly public: KeyObject;
}

/** The keys of one seed: one that signs for each period, and one that seals. The same seed gives the same keys on every replica and after every restart. */
export class SigningKeys {
  /** Tells seeds apart and says nothing about them. */
  readonly name: string;
  /** For what only those who have the seed need to tell. */
  readonly seal: KeyObject;
  readonly #seed: Uint8Array;
  readonly #keys = new Map<number, PeriodKey>();

  /** @throws where the seed is shorter than 32 bytes */
  constructor(seed: Uint8Array) {
    if (seed.length < SEED_BYTES_LEAST) throw new Error(`A signing seed has at least ${SEED_BYTES_LEAST} bytes`);
    this.#seed = seed;
    this.name = derived(seed, 'name', 6).toString('base64url');
    this.seal = createSecretKey(derived(seed, 'seal', 32));
  }

  keyOf(period: number): PeriodKey {
    const known = this.#keys.get(period);
    if (known !== undefined) return known;
    const secret = derived(this.#seed, `period ${period}`, 32);
    const key = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, secret]), format: 'der', type: 'pkcs8' });
    const made = { private: key, public: createPublicKey(key) };
    if (this.#keys.size >= CACHE_MAXIMUM) this.#keys.clear();
    this.#keys.set(period, made);
    return made;
  }
}

function derived(seed: Uint8Array, what: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, 'bursar signing', what, length));
}
