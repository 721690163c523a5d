import type { Decline } from '#domain';
import type { CatalogueEntry, ErrorCode, ErrorStatus } from './catalogue-entry.js';
import { REFUSED_AT_THE_EDGE } from './refused-at-the-edge.js';
import { REFUSED_BY_RULE } from './refused-by-rule.js';
import { REFUSED_BY_STATE } from './refused-by-state.js';
import { REFUSED_ENVELOPES } from './refused-envelopes.js';
import { REFUSED_REQUESTS } from './refused-requests.js';
import { REFUSED_SERVICES } from './refused-services.js';
import { REFUSED_STEPS } from './refused-steps.js';
import { UNDECIDED } from './undecided.js';

export type { CatalogueEntry, EdgeCode, ErrorCode, ErrorStatus } from './catalogue-entry.js';

/**
 * Every refusal that Bursar gives, once: the documentation, the OpenAPI document and the problem documents are made from
 * this table. `satisfies` makes a code without a row, and a row without a code, fail to compile; a test finds a code with two.
 */
export const ERROR_CATALOGUE = {
  ...REFUSED_BY_RULE,
  ...REFUSED_STEPS,
  ...REFUSED_BY_STATE,
  ...REFUSED_REQUESTS,
  ...UNDECIDED,
  ...REFUSED_ENVELOPES,
  ...REFUSED_SERVICES,
  ...REFUSED_AT_THE_EDGE,
} as const satisfies Record<ErrorCode, CatalogueEntry>;

/** Says whether a text is a code of the catalogue. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CATALOGUE, text);
}

/** The catalogue's row of a code, with its widest type. */
export function errorOf(code: ErrorCode): CatalogueEntry {
  return ERROR_CATALOGUE[code];
}

/** HTTP status of a refusal (D19). */
export function statusOf(refusal: Decline): ErrorStatus {
  return ERROR_CATALOGUE[refusal.code].status;
}
