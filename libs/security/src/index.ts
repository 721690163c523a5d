export { freshId, isId, newId } from './identifiers.js';
export { equalInConstantTime, newSecret } from './secrets.js';
export { formatToken } from './tokens.js';
export { FIRST_ORGANIZATION, type ParsedToken, parseToken, rawKeySubject, tokenHash, type TokenKind } from '#contracts';
