import type { BookEvent } from '#domain';
import { limitNow, limitSet } from './answers-limit.js';
import { renderLists } from './answers-lists.js';
import { isoTime, numberWithTwin } from './answers-money.js';
import { renderThreshold, type ThresholdAnswer } from './answers-threshold.js';
import type { SessionView } from './wire.js';

/** Secrets are shown once, so they come beside the event and are absent in the answer to a repeated key (D6, F4). */
export interface SessionSecrets {
  session_token?: string;
}

/** The answer to an opening: a pure function of the event, but for the token. Money as JSON numbers. */
export function renderSessionOpened(event: BookEvent, position: string, secrets: SessionSecrets = {}) {
  if (event.type !== 'session.opened') throw new Error(`A session is not opened by ${event.type}`);
  return {
    session_id: event.session_id,
    session_token: secrets.session_token,
    parent_session_id: event.parent_session_id ?? null,
    agent_id: event.agent_id ?? null,
    participants: event.participants,
    mode: event.mode,
    status: 'open' as const,
    currency: event.asset,
    ...numberWithTwin('budget', event.budget, event.asset),
    ...numberWithTwin('spent', '0', event.asset),
    ...numberWithTwin('held', '0', event.asset),
    ...numberWithTwin('carved', '0', event.asset),
    ...numberWithTwin('remaining', event.budget, event.asset),
    labels: event.labels,
    limits: event.limits?.map(limitSet),
    lists: event.lists && renderLists(event.lists),
    approval_above: event.approval_above && renderThreshold(event.approval_above),
    wallet_id: event.wallet_id,
    expires_at: isoTime(event.expires_at),
    opened_at: isoTime(event.time),
    position,
  };
}

export interface SessionAnswer {
  session_id: string;
  parent_session_id: string | null;
  agent_id: string | null;
  mode: SessionView['mode'];
  status: SessionView['status'];
  currency: string;
  budget: number;
  budget_exact: string;
  spent: number;
  spent_exact: string;
  held: number;
  held_exact: string;
  carved: number;
  carved_exact: string;
  remaining: number;
  remaining_exact: string;
  over_by?: number;
  over_by_exact?: string;
  labels: Readonly<Record<string, string>>;
  limits?: ReturnType<typeof limitNow>[];
  lists?: ReturnType<typeof renderLists>;
  approval_above?: ThresholdAnswer;
  policy_version: number;
  /** Null where there was none, or it is kept no longer. */
  description: string | null;
  expires_at: string | null;
  children?: SessionAnswer[];
  /** There are more descendants than are shown. */
  children_cut?: true;
}

/** A session as its owner knows it now, with the tree below it, and the descriptions that are kept, by session. */
export function renderSession(view: SessionView, descriptions: ReadonlyMap<string, string>): SessionAnswer {
  const { asset } = view;
  return {
    session_id: view.session_id,
    parent_session_id: view.parent_session_id ?? null,
    agent_id: view.agent_id ?? null,
    mode: view.mode,
    status: view.status,
    currency: asset,
    ...numberWithTwin('budget', view.budget, asset),
    ...numberWithTwin('spent', view.spent, asset),
    ...numberWithTwin('held', view.held, asset),
    ...numberWithTwin('carved', view.carved, asset),
    ...numberWithTwin('remaining', view.remaining, asset),
    ...(view.over_by === undefined ? {} : numberWithTwin('over_by', view.over_by, asset)),
    labels: view.labels,
    limits: view.limits?.map(limitNow),
    lists: view.lists && renderLists(view.lists),
    approval_above: view.approval_above && renderThreshold(view.approval_above),
    policy_version: view.policy_version,
    description: descriptions.get(view.session_id) ?? null,
    expires_at: isoTime(view.expires_at),
    children: view.children?.map((child) => renderSession(child, descriptions)),
    children_cut: view.children_cut,
  };
}

/** The answer to a close. `returned` is what a reserved session gave back upward; its currency is the session's. */
export function renderSessionClosed(event: BookEvent, position: string) {
  if (event.type !== 'session.closed') throw new Error(`A session is not closed by ${event.type}`);
  return { session_id: event.session_id, status: 'closed' as const, recorded_at: isoTime(event.time), position };
}

export type SessionOpenedAnswer = ReturnType<typeof renderSessionOpened>;
