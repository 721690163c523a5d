export { canonicalJson } from './canonical-json.js';
export { freshId, isId, newId } from './identifiers.js';
export { createKeyRing, type KeyRing, type PublicJwk } from './key-ring.js';
export type { OpenedToken } from './sealed-token.js';
export { createSecretBox, type SecretBox } from './secret-box.js';
export { equalInConstantTime, newSecret } from './secrets.js';
export { formatToken } from './tokens.js';
export { verifyWithJwks, type JwksVerification } from './verify-with-jwks.js';
export { FIRST_ORGANIZATION, type ParsedToken, parseToken, rawKeySubject, tokenHash, type TokenKind } from '#contracts';
