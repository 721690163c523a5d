import type { SessionChanged, SessionClosed, SessionOpened } from '../events.js';
import type { BookState, Session } from '../state.js';
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
    token_hash: event.token_hash,
    spent: 0n,
    held: 0n,
    carved: 0n,
  };
  if (event.agent_id !== undefined) session.agent_id = event.agent_id;
  if (event.participants !== undefined) session.participants = event.participants;
  if (event.wallet_id !== undefined) session.wallet_id = event.wallet_id;
  if (event.expires_at !== undefined) session.expires_at = event.expires_at;
  if (parent) {
    session.parent_id = parent.id;
    if (parent.first_child !== undefined) session.next_sibling = parent.first_child;
    state.sessions.set(parent.id, { ...parent, first_child: session.id });
  }
  state.sessions.set(session.id, session);
  if (event.mode === 'reserved') carve(state, session.parent_id, budget);
}

export function changeSession(state: BookState, event: SessionChanged): void {
  const session = existing(state, event.session_id);
  const next: Session = { ...session };
  if (event.budget !== undefined) next.budget = BigInt(event.budget);
  if (event.expires_at === null) delete next.expires_at;
  else if (event.expires_at !== undefined) next.expires_at = event.expires_at;
  state.sessions.set(session.id, next);
  if (session.mode === 'reserved') carve(state, session.parent_id, next.budget - session.budget);
}

export function closeSession(state: BookState, event: SessionClosed): void {
  const session = existing(state, event.session_id);
  state.sessions.set(session.id, { ...session, closed: true });
  if (session.mode === 'reserved') carve(state, session.parent_id, -BigInt(event.returned));
}

function existing(state: BookState, sessionId: string): Session {
  const session = state.sessions.get(sessionId);
  if (!session) throw new Error(`no session ${sessionId}`);
  return session;
}
