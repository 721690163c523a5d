export { freshId, isId, newId } from './identifiers.js';
export { equalInConstantTime, newSecret, tokenHash } from './secrets.js';
export {
  FIRST_ORGANIZATION,
  formatToken,
  type ParsedToken,
  parseToken,
  rawKeySubject,
  type TokenKind,
} from './tokens.js';
