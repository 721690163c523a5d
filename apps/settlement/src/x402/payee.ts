import type { AuthorizePayment } from '#domain';
import { refuse } from '../refused.js';

const QUALIFIED = /^(?:(org_[0-9a-f]{32})\/)?@?([A-Za-z0-9._-]{1,128})$/;

/** `payTo` and `destination`: an agent of the payer's org by handle or id, or `org_…/` and an agent of that org. */
export function payeeOf(name: string): AuthorizePayment['payee'] {
  return readPayee(name) ?? refuse('challenge_invalid', { problems: [{ field: 'challenge', message: PAYEE_RULE }] });
}

export function readPayee(name: string): { agent: string; org?: string } | undefined {
  const [, org, agent] = QUALIFIED.exec(name) ?? [];
  if (agent === undefined) return undefined;
  return org === undefined ? { agent } : { agent, org };
}

const PAYEE_RULE = "must name as its payee an agent's handle or id, or that behind the id of its org and a slash";
