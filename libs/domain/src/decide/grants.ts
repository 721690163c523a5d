import type { CreateGrant, RevokeGrant } from '../commands/index.js';
import type { Payee } from '../parties.js';
import type { BookState } from '../state/index.js';
import { requireAgent, requireOperator, type Actor } from './authority.js';
import { boundBefore, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';

/** Every payment above a threshold looks through the grants of the org. */
const GRANTS_MAXIMUM = 1_000;

/** A standing approval. Whoever may approve one payment may approve those to come. */
export function decideCreateGrant(context: DecideContext<CreateGrant>, actor: Actor): Decision {
  const { state, command, now } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (BigInt(command.limit.maximum) <= 0n) refuse('amount_not_positive', 'request', 'amount');
  const agent = command.agent === undefined ? undefined : requireAgent(state, command.agent);
  if (agent?.status === 'revoked') refuse('agent_not_active', 'agent', agent.id);
  requireRoom(state, command.org, now);
  return record([
    {
      type: 'approval.grant_created',
      ...primaryHeader(context),
      grant_id: `grt_${command.fresh_id}`,
      ...(agent ? { agent_id: agent.id } : {}),
      payee: payeeOf(state, command.payee),
      limit: command.limit,
      ...(command.expires_in_ms === undefined ? {} : { expires_at: now + command.expires_in_ms }),
    },
  ]);
}

/** From the next decision on; holds that were made under it stay. */
export function decideRevokeGrant(context: DecideContext<RevokeGrant>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (!state.grants.get(command.grant_id)) refuse('grant_not_found', 'grant', command.grant_id);
  return record([{ type: 'approval.grant_revoked', ...primaryHeader(context), grant_id: command.grant_id }]);
}

function payeeOf(state: BookState, named: CreateGrant['payee']): Payee {
  if ('service' in named) return { service: named.service };
  const { id, handle } = requireAgent(state, named.agent);
  return { agent_id: id, handle };
}

function requireRoom(state: BookState, org: string, now: number): void {
  let live = 0;
  for (const grant of state.grants.values()) if ((grant.expires_at ?? Infinity) > now) live += 1;
  if (live >= GRANTS_MAXIMUM)
    refuse('grants_too_many', 'organization', org, { limit: GRANTS_MAXIMUM.toString(), requested: '1' });
}
