import { TOKEN_PATTERN, TOKEN_SUBJECT_PREFIXES, type TokenKind } from '#contracts';
import { isId } from './identifiers.js';

/**
 * `bursar.<kind>.<org>.<subject>.<secret>`, the two ids as 22 characters of base64url. Reading one is `parseToken` of the
 * contracts, since clients do it too.
 *
 * @throws where org or subject are no ids of the right kind, or the secret is not what `newSecret` gives
 */
export function formatToken(token: { kind: TokenKind; org: string; subject: string; secret: string }): string {
  const { kind, org, subject, secret } = token;
  if (!isId(org, 'org')) throw new Error(`${org} is no id of an organization`);
  if (!isId(subject, TOKEN_SUBJECT_PREFIXES[kind])) throw new Error(`${subject} is no id of a ${kind}`);
  const text = `bursar.${kind}.${shorten(org)}.${shorten(subject)}.${secret}`;
  if (!TOKEN_PATTERN.test(text)) throw new Error('A secret is 43 characters of base64url');
  return text;
}

function shorten(id: string): string {
  return Buffer.from(id.slice(id.indexOf('_') + 1), 'hex').toString('base64url');
}
