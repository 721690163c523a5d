import { hash } from 'node:crypto';

/** The org that exists from the first start on, in which a raw admin key is looked up. */
export const FIRST_ORGANIZATION = 'org_00000000000070008000000000000001';

/** Prefixes of the ids that tokens are made for. */
export const TOKEN_SUBJECT_PREFIXES = { key: 'key', agent: 'agt', session: 'ses' } as const;

export type TokenKind = keyof typeof TOKEN_SUBJECT_PREFIXES;

/** A bearer text taken apart: where to send it and what to prove it with. The secret itself is not kept. */
export interface ParsedToken {
  kind: TokenKind;
  /** `org_…`: whose book verifies it. */
  org: string;
  /** `key_…`, `agt_…` or `ses_…`. */
  subject: string;
  /** base64url(sha256(whole text)), compared with the stored hash by the book's owner. */
  proof: string;
}

/** `bursar.<kind>.<org>.<subject>.<secret>`, the two ids as 22 characters of base64url. */
export const TOKEN_PATTERN =
  /^bursar\.(key|agent|session)\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/**
 * Reads a bearer text. One that has not a token's shape is taken for the first org's admin key, whose text the operator
 * chose: its subject is made from its hash, so that the owner finds it without ever having been told the text.
 * Nothing is verified here; clients need it too, since on the bus the subjects they use carry these ids.
 */
export function parseToken(text: string): ParsedToken {
  const match = TOKEN_PATTERN.exec(text);
  const kind = match?.[1] as TokenKind | undefined;
  const org = expand('org', match?.[2]);
  const subject = kind && expand(TOKEN_SUBJECT_PREFIXES[kind], match?.[3]);
  if (kind && org && subject) return { kind, org, subject, proof: tokenHash(text) };
  return { kind: 'key', org: FIRST_ORGANIZATION, subject: rawKeySubject(text), proof: tokenHash(text) };
}

/** The key id of an admin key that is any text: `key_` and the first 32 hex digits of its SHA-256. */
export function rawKeySubject(text: string): string {
  return `key_${hash('sha256', text).slice(0, 32)}`;
}

/**
 * What is stored and what travels instead of a credential: base64url of the SHA-256 of the whole text. A plain hash is
 * enough, since what is hashed holds 256 random bits; it is no way to keep passwords that people think of.
 */
export function tokenHash(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** The last of 22 characters, which holds 2 bits of an id and 4 that are nothing. */
const LAST_CHARACTERS = 'AQgw';

/** Undefined for text that decodes but would be written otherwise: one id has one spelling. */
function expand(prefix: string, short: string | undefined): string | undefined {
  if (short === undefined || !LAST_CHARACTERS.includes(short[21]!)) return undefined;
  return `${prefix}_${Buffer.from(short, 'base64url').toString('hex')}`;
}
