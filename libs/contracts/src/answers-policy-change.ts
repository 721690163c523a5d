import { changedScope, type Asset, type BookEvent } from '#domain';
import { renderBreakersSet } from './answers-breakers.js';
import { limitSet } from './answers-limit.js';
import { renderLists } from './answers-lists.js';
import { isoTime, numberWithTwin } from './answers-money.js';
import { partyAnswer } from './answers-payment.js';
import { renderThreshold } from './answers-threshold.js';

/**
 * What an event set of the rules of a scope. `asset` is that of the scope, for sums of events that do not name it. Undefined
 * where the event sets no rules.
 */
export function renderPolicyChange(event: BookEvent, position: string, asset: Asset) {
  const scope = changedScope(event);
  return (
    scope && {
      policy_version: event.sequence,
      type: event.type,
      scope,
      rules: rulesSet(event, asset),
      by: event.by,
      recorded_at: new Date(event.time).toISOString(),
      position,
    }
  );
}

/** Only what the event says: a rule that is absent is as it was, null is lifted. */
function rulesSet(event: BookEvent, asset: Asset) {
  switch (event.type) {
    case 'organization.created':
      return { first_use: firstUse(event.first_use, event.default_asset) };
    case 'organization.changed':
      return { ...rules(event), first_use: event.first_use && firstUse(event.first_use, asset) };
    case 'agent.registered':
    case 'agent.changed': {
      const { protocols, breakers, funding } = event;
      const parent_agent_id = event.type === 'agent.registered' ? event.parent_agent_id : undefined;
      const set = breakers && renderBreakersSet(breakers);
      return { ...rules(event), protocols, breakers: set, funding, parent_agent_id };
    }
    case 'agent.cap_raised':
      return { cap_raised_by: { ...numberWithTwin('amount', event.amount, event.asset), currency: event.asset } };
    case 'agent.frozen':
      return { status: 'frozen', status_reason: event.reason };
    case 'agent.unfrozen':
      return { status: 'active' };
    case 'agent.revoked':
      return { status: 'revoked' };
    case 'session.opened':
    case 'session.changed': {
      const { mode, agent_id, participants, wallet_id, parent_session_id } =
        event.type === 'session.opened' ? event : NOTHING;
      const budget = event.budget === undefined ? undefined : numberWithTwin('amount', event.budget, asset);
      return {
        ...rules(event),
        budget: budget && { ...budget, currency: asset },
        expires_at: event.expires_at === undefined ? undefined : isoTime(event.expires_at),
        ...{ mode, agent_id, participants, wallet_id, parent_session_id },
      };
    }
    case 'session.closed':
      return { status: 'closed' };
    case 'approval.grant_created':
      return {
        agent_id: event.agent_id ?? null,
        payee: partyAnswer(event.payee),
        limits: [limitSet(event.limit)],
        expires_at: isoTime(event.expires_at),
      };
    case 'approval.grant_revoked':
      return { status: 'revoked' };
    default:
      return {};
  }
}

const NOTHING: Partial<Extract<BookEvent, { type: 'session.opened' }>> = {};

type Ruled = Extract<
  BookEvent,
  { type: 'organization.changed' | 'agent.changed' | 'session.changed' | 'agent.registered' | 'session.opened' }
>;

function rules({ limits, lists, approval_above }: Pick<Ruled, 'limits' | 'lists' | 'approval_above'>) {
  return {
    limits: limits?.map(limitSet),
    lists: lists && renderLists(lists),
    approval_above: approval_above === undefined ? undefined : renderThreshold(approval_above ?? undefined),
  };
}

function firstUse(settings: Extract<BookEvent, { type: 'organization.created' }>['first_use'], asset: Asset) {
  return {
    enabled: settings.enabled,
    agents_maximum: settings.agents_maximum,
    ...numberWithTwin('per_payment', settings.per_payment, asset),
    ...numberWithTwin('per_day', settings.per_day, asset),
    ...numberWithTwin('together_per_day', settings.together_per_day, asset),
    currency: asset,
  };
}

export type PolicyChangeAnswer = NonNullable<ReturnType<typeof renderPolicyChange>>;
