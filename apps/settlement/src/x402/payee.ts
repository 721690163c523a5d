import type { NamedPayee } from '#domain';
import { isEvmAddress } from '#x402';
import { findRegistrations, type AddressParts } from '../addresses/find-registrations.js';
import { refuse } from '../refused.js';

const QUALIFIED = /^(?:(org_[0-9a-f]{32})\/)?@?([A-Za-z0-9._-]{1,128})$/;

/** `payTo` and `destination`: an agent of the payer's org by handle or id, `org_…/` and an agent of that org, or an agent's address. */
export async function payeeOf(parts: AddressParts, name: string): Promise<NamedPayee> {
  if (isEvmAddress(name)) return payeeByAddress(parts, name.toLowerCase());
  return readPayee(name) ?? refuse('challenge_invalid', { problems: [{ field: 'challenge', message: PAYEE_RULE }] });
}

/** An agent that is named by handle or id, alone or behind its org. */
export function readPayee(name: string): { agent: string; org?: string } | undefined {
  const [, org, agent] = QUALIFIED.exec(name) ?? [];
  if (agent === undefined) return undefined;
  return org === undefined ? { agent } : { agent, org };
}

async function payeeByAddress(parts: AddressParts, address: string): Promise<NamedPayee> {
  const [registered] = await findRegistrations(parts, [address]);
  if (!registered) refuse('payee_not_found', { scope: { kind: 'agent', id: address } });
  return { agent: registered.agent_id, org: registered.org, address };
}

const PAYEE_RULE =
  "must name as its payee an agent's handle or id, that behind the id of its org and a slash, or an agent's address";
