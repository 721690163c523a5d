import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored and what travels instead of a credential: base64url of the SHA-256 of the whole text. A plain hash is
 * enough, since what is hashed holds 256 random bits; it is no way to keep passwords that people think of.
 */
export function tokenHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** Compares two texts in a time that does not depend on where they differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left, 'utf8');
  const rightBytes = Buffer.from(right, 'utf8');
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
