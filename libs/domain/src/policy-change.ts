import type { ScopeKind } from './declines.js';
import type { BookEvent } from './events/index.js';

/** Whose rules an event sets: its number is their version from then on. Undefined where it sets none. */
export function changedScope(event: BookEvent): { kind: ScopeKind; id: string } | undefined {
  switch (event.type) {
    case 'organization.created':
      return { kind: 'organization', id: event.org };
    case 'organization.changed': {
      const { limits, first_use, lists, approval_above } = event;
      const rules = limits ?? first_use ?? (lists !== undefined || approval_above !== undefined);
      return rules ? { kind: 'organization', id: event.org } : undefined;
    }
    case 'agent.registered':
    case 'agent.changed':
    case 'agent.cap_raised':
    case 'agent.frozen':
    case 'agent.unfrozen':
    case 'agent.revoked':
      return { kind: 'agent', id: event.agent_id };
    case 'session.opened':
    case 'session.changed':
    case 'session.closed':
      return { kind: 'session', id: event.session_id };
    case 'approval.grant_created':
    case 'approval.grant_revoked':
      return { kind: 'grant', id: event.grant_id };
    default:
      return undefined;
  }
}
