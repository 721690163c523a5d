import { isPair, type Asset, type BookEvent, type LimitDefinition } from '#domain';
import { renderBreakers, renderBreakersSet } from './answers-breakers.js';
import { limitNow, limitSet } from './answers-limit.js';
import { renderLists } from './answers-lists.js';
import { isoTime, nullableNumberWithTwin, numberWithTwin } from './answers-money.js';
import { renderThreshold } from './answers-threshold.js';
import { BARE_LABEL } from './http/bounds.js';
import type { AgentView, LimitView } from './wire.js';

/** Secrets are shown once, so they come beside the event and are absent in the answer to a repeated key (D6, F4). */
export interface AgentSecrets {
  token?: string;
}

/** The answer to a registration: a pure function of the event, but for the token. Money as JSON numbers. */
export function renderAgentRegistered(event: BookEvent, position: string, secrets: AgentSecrets = {}) {
  if (event.type !== 'agent.registered') throw new Error(`An agent is not registered by ${event.type}`);
  return {
    agent_id: event.agent_id,
    handle: event.handle,
    token: secrets.token,
    revocation_id: event.revocation_id ?? null,
    status: 'active' as const,
    origin: event.origin,
    parent_agent_id: event.parent_agent_id ?? null,
    funding: event.funding,
    protocols: event.protocols ?? null,
    lists: event.lists ? renderLists(event.lists) : null,
    approval_above: renderThreshold(event.approval_above),
    breakers: event.breakers ? renderBreakersSet(event.breakers) : null,
    ...shortForms(event.limits),
    limits: event.limits.map(limitSet),
    registered_at: isoTime(event.time),
    position,
  };
}

/** The answer to a spend authorization: the id is what the caller goes on with. */
export function renderScopedAgent(event: BookEvent, position: string) {
  if (event.type !== 'agent.registered' || event.origin !== 'scoped')
    throw new Error(`A scoped agent is not made by ${event.type}`);
  const cap = event.limits[0]!;
  return {
    scoped_agent_id: event.agent_id,
    handle: event.handle,
    agent_id: event.parent_agent_id ?? null,
    ...numberWithTwin('limit_usd', cap.maximum, cap.asset),
    label: event.labels[BARE_LABEL] ?? null,
    labels: event.labels,
    revocation_id: event.revocation_id ?? null,
    created_at: isoTime(event.time),
    position,
  };
}

/** An agent as its owner knows it now. */
export function renderAgent(view: AgentView) {
  return {
    agent_id: view.agent_id,
    handle: view.handle,
    status: view.status,
    status_reason: view.status_reason,
    origin: view.origin,
    revocation_id: view.revocation_id ?? null,
    parent_agent_id: view.parent_agent_id ?? null,
    funding: view.funding,
    protocols: view.protocols ?? null,
    labels: view.labels ?? {},
    lists: view.lists ? renderLists(view.lists) : null,
    approval_above: renderThreshold(view.approval_above),
    breakers: view.breakers ? renderBreakers(view.breakers) : null,
    ...shortForms(view.limits),
    limits: view.limits.map(limitNow),
    totals: view.totals.map(({ asset, spent, held }) => ({
      currency: asset,
      ...numberWithTwin('spent', spent, asset),
      ...numberWithTwin('held', held, asset),
    })),
    policy_version: view.policy_version,
  };
}

/**
 * What an agent has spent of what it may (API.md). `remaining_usd` is cap − spent − held; without a lifetime cap it is the
 * least headroom of any limit on amounts, and null where there is none.
 */
export function renderAgentSpend(view: AgentView) {
  const totals = view.totals.find(({ asset }) => asset === 'USD') ?? { spent: '0', held: '0' };
  const amounts = view.limits.filter((limit) => limit.of !== 'count' && limit.asset === 'USD' && !isPair(limit));
  const cap = amounts.find(({ of, per }) => of === 'amount' && per === 'lifetime');
  return {
    agent_id: view.agent_id,
    handle: view.handle,
    status: view.status,
    currency: 'USD',
    ...numberWithTwin('spent_usd', totals.spent, 'USD'),
    ...numberWithTwin('held_usd', totals.held, 'USD'),
    ...nullableNumberWithTwin('cap_usd', cap?.maximum, 'USD'),
    ...nullableNumberWithTwin('remaining_usd', cap?.remaining ?? least(amounts), 'USD'),
    limits: view.limits.map(limitNow),
    totals: view.totals.map(({ asset, spent, held }) => ({
      currency: asset,
      ...numberWithTwin('spent', spent, asset),
      ...numberWithTwin('held', held, asset),
    })),
  };
}

/** The answer to freeze, unfreeze, revoke and rotate-token, from the event alone but for the token. */
export function renderAgentStep(event: BookEvent, position: string, secrets: AgentSecrets = {}) {
  const at = { recorded_at: isoTime(event.time), position };
  switch (event.type) {
    case 'agent.frozen':
      return { agent_id: event.agent_id, status: 'frozen' as const, status_reason: event.reason, ...at };
    case 'agent.unfrozen':
      return { agent_id: event.agent_id, status: 'active' as const, ...at };
    case 'agent.revoked':
      return { agent_id: event.agent_id, status: 'revoked' as const, revocation_id: event.revocation_id, ...at };
    case 'agent.token_rotated':
      return { agent_id: event.agent_id, ...secrets, previous_token_until: isoTime(event.previous_until), ...at };
    default:
      throw new Error(`${event.type} is no step of an agent's life`);
  }
}

/** The three limits that have short forms; null where the agent has no such limit. */
function shortForms(all: readonly (LimitDefinition | LimitView)[]) {
  const limits = all.filter((limit) => !isPair(limit));
  const cap = limits.find(({ of, per }) => of === 'amount' && per === 'lifetime');
  const perPayment = limits.find(({ of, per, asset }) => of === 'amount' && per === 'payment' && asset === 'USD');
  const daily = limits.find(
    ({ of, per, asset, time_zone }) =>
      of === 'amount' && per === 'day' && asset === 'USD' && (time_zone ?? 'UTC') === 'UTC',
  );
  return {
    spending_cap: cap ? { ...numberWithTwin('amount', cap.maximum, cap.asset), currency: cap.asset as Asset } : null,
    ...nullableNumberWithTwin('per_tx_limit', perPayment?.maximum, 'USD'),
    ...nullableNumberWithTwin('daily_cap', daily?.maximum, 'USD'),
  };
}

function least(limits: readonly LimitView[]): string | undefined {
  return limits.reduce<string | undefined>(
    (smallest, { remaining }) =>
      smallest === undefined || BigInt(remaining) < BigInt(smallest) ? remaining : smallest,
    undefined,
  );
}

export type AgentRegisteredAnswer = ReturnType<typeof renderAgentRegistered>;
export type AgentAnswer = ReturnType<typeof renderAgent>;
export type ScopedAgentAnswer = ReturnType<typeof renderScopedAgent>;
export type AgentSpendAnswer = ReturnType<typeof renderAgentSpend>;
