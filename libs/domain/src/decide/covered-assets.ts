import { concernsPayee, isPair } from '../limits.js';
import type { Agent, Organization } from '../state/index.js';
import type { LimitState } from '../usage.js';
import { refuse } from './context.js';
import type { Asked } from './rules.js';

/**
 * Caps are per asset: an agent or org whose limits name other assets only is not thereby free in this one (promise 5). The
 * same holds for its limits on a pair, when the payment is to that payee.
 */
export function requireAssetCovered(chain: readonly Agent[], organization: Organization, asked: Asked): void {
  for (const agent of chain) if (!isAssetCovered(agent.limits, asked)) refuse('asset_mismatch', 'agent', agent.id);
  if (!isAssetCovered(organization.limits, asked)) refuse('asset_mismatch', 'organization', organization.id);
}

function isAssetCovered(limits: readonly LimitState[], asked: Asked): boolean {
  if (limits.every((limit) => limit.definition.asset === asked.asset)) return true;
  const concerning = limits.filter(({ definition }) => concernsPayee(definition, asked.payee));
  return [true, false].every((pair) => {
    const alike = concerning.filter(({ definition }) => isPair(definition) === pair);
    return alike.length === 0 || alike.some(({ definition }) => definition.asset === asked.asset);
  });
}
