import type { AuthorizePayment } from '#domain';
import { refuse } from '../refused.js';

const QUALIFIED = /^(?:(org_[0-9a-f]{32})\/)?@?([A-Za-z0-9._-]{1,128})$/;

/** `payTo` and `destination`: an agent of the payer's org by handle or id, or `org_…/` and an agent of that org. */
export function payeeOf(name: string): AuthorizePayment['payee'] {
  const match = QUALIFIED.exec(name);
  if (!match) refuse('challenge_invalid', { problems: [{ field: 'payTo', message: PAYEE_RULE }] });
  const [, org, agent] = match;
  return org === undefined ? { agent: agent! } : { agent: agent!, org };
}

const PAYEE_RULE = "must be an agent's handle or id, or that behind the id of its org and a slash";
