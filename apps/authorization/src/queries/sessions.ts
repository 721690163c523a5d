import type { Book, Query, Session } from '#domain';
import type { OwnerAnswer } from '#contracts';
import { pageAfter } from './page.js';
import { refused, type QuestionContext } from './question.js';
import { isVisible, sessionStatus, sessionView } from './session.js';

type SessionsQuery = Extract<Query, { type: 'query.sessions' }>;

/** A page of sessions in order of their ids: the topmost ones that the caller sees, or those directly below one. */
export function sessionsAnswer(context: QuestionContext, query: SessionsQuery): OwnerAnswer {
  const { book, now } = context;
  const { parent, status } = query;
  const above = parent === undefined ? undefined : book.sessions.get(parent);
  if (parent !== undefined && !(above && isVisible(context, above)))
    return refused({ code: 'session_not_found', scope: { kind: 'session', id: parent } });
  const asked = above ? childrenOf(book, above) : topmost(context);
  const { page, more } = pageAfter(withStatus(asked, status, now), query.after, query.limit);
  return { kind: 'sessions', sessions: page.map((session) => sessionView(session, now)), more };
}

function* withStatus(sessions: Iterable<Session>, status: SessionsQuery['status'], now: number): Iterable<Session> {
  for (const session of sessions) if (status === undefined || sessionStatus(session, now) === status) yield session;
}

function* childrenOf(book: Book, parent: Session): Iterable<Session> {
  for (let id = parent.first_child; id !== undefined;) {
    const child = book.sessions.get(id)!;
    yield child;
    id = child.next_sibling;
  }
}

/** Whoever sees a session sees all below it, so one whose parent is hidden is the top of a tree. */
function* topmost(context: QuestionContext): Iterable<Session> {
  const { actor, book } = context;
  for (const session of book.sessions.values()) {
    const above = session.parent_id === undefined ? undefined : book.sessions.get(session.parent_id);
    if (actor.kind === 'key' ? above : !isVisible(context, session) || (above && isVisible(context, above))) continue;
    yield session;
  }
}
