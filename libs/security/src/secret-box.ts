import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of what is encrypted: how the rest is made. */
const FORM = 1;

/** Encrypts secrets that have to be read again, for keeping them (credentials of paid services). */
export interface SecretBox {
  /** `place` says whose secret it is: it opens there and nowhere else. */
  encrypt(secret: string, place: string): Buffer;
  /** @returns undefined where it was changed, is another place's, or no seed here encrypted it. */
  decrypt(encrypted: Buffer, place: string): string | undefined;
}

/** AES-256-GCM (NIST SP 800-38D) with keys derived of the seeds; the first encrypts, all decrypt. */
export function createSecretBox(seeds: readonly Buffer[]): SecretBox {
  const keys = seeds.map((seed) => Buffer.from(hkdfSync('sha256', seed, '', 'bursar service secrets', 32)));
  const [newest] = keys;
  if (!newest) throw new Error('A secret box needs a seed');
  return {
    encrypt: (secret, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(Buffer.from(place));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(FORM), nonce, cipher.getAuthTag(), text]);
    },
    decrypt: (encrypted, place) => {
      if (encrypted[0] !== FORM || encrypted.length < 1 + NONCE_BYTES + TAG_BYTES) return undefined;
      for (const key of keys) {
        const opened = openWith(key, encrypted, place);
        if (opened !== undefined) return opened;
      }
      return undefined;
    },
  };
}

function openWith(key: Buffer, encrypted: Buffer, place: string): string | undefined {
  const [nonceEnd, tagEnd] = [1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES];
  const decipher = createDecipheriv(CIPHER, key, encrypted.subarray(1, nonceEnd)).setAAD(Buffer.from(place));
  decipher.setAuthTag(encrypted.subarray(nonceEnd, tagEnd));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(tagEnd)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
