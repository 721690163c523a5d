import type { SessionChanged, SessionClosed, SessionOpened } from '../events/index.js';
import type { BookState, Session } from '../state/index.js';
import { limitsFrom, setLists, setThreshold } from './accounts-and-agents.js';
import { carve } from './sessions.js';

export function openSession(state: BookState, event: SessionOpened): void {
  const parent = event.parent_session_id ? state.sessions.get(event.parent_session_id) : undefined;
  const budget = BigInt(event.budget);
  const session: Session = {
    id: event.session_id,
    asset: event.asset,
    budget,
    mode: event.mode,
    closed: false,
    labels: event.labels,
    policy_version: event.sequence,
    token_hash: event.token_hash,
    spent: 0n,
    held: 0n,
    carved: 0n,
  };
  if (event.agent_id !== undefined) session.agent_id = event.agent_id;
  if (event.participants !== undefined) session.participants = event.participants;
  if (event.limits && event.limits.length > 0) session.limits = limitsFrom('session', [], event.limits);
  if (event.lists) session.lists = event.lists;
  if (event.approval_above) session.approval_above = event.approval_above;
  if (event.wallet_id !== undefined) session.wallet_id = event.wallet_id;
  if (event.expires_at !== undefined) session.expires_at = event.expires_at;
  if (parent) {
    session.parent_id = parent.id;
    if (parent.first_child !== undefined) session.next_sibling = parent.first_child;
    state.sessions.edit(parent.id)!.first_child = session.id;
  }
  state.sessions.set(session.id, session);
  if (event.mode === 'reserved') carve(state, session.parent_id, budget);
}

export function changeSession(state: BookState, event: SessionChanged): void {
  const session = existing(state, event.session_id);
  const before = session.budget;
  session.policy_version = event.sequence;
  if (event.budget !== undefined) session.budget = BigInt(event.budget);
  if (event.expires_at === null) delete session.expires_at;
  else if (event.expires_at !== undefined) session.expires_at = event.expires_at;
  if (event.limits) setLimits(session, event);
  setLists(session, event.lists);
  setThreshold(session, event.approval_above);
  if (session.mode === 'reserved') carve(state, session.parent_id, session.budget - before);
}

export function closeSession(state: BookState, event: SessionClosed): void {
  const session = existing(state, event.session_id);
  session.closed = true;
  session.policy_version = event.sequence;
  if (session.mode === 'reserved') carve(state, session.parent_id, -BigInt(event.returned));
}

/** A session without limits has no list of them either: there are a million of those. */
function setLimits(session: Session, { limits = [], starts }: SessionChanged): void {
  if (limits.length > 0) session.limits = limitsFrom('session', session.limits, limits, starts);
  else delete session.limits;
}

function existing(state: BookState, sessionId: string): Session {
  const session = state.sessions.edit(sessionId);
  if (!session) throw new Error(`no session ${sessionId}`);
  return session;
}
