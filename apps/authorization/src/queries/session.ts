import type { Book, Session, SessionStatus } from '#domain';
import type { OwnerAnswer, SessionView } from '#contracts';
import { limitView } from './limit-view.js';
import { refused, type QuestionContext } from './question.js';

/** A tree answer names at most this many descendants, breadth first. */
const DESCENDANTS_MAXIMUM = 1_000;

/** The session with the tree below it. Agents and session tokens see sessions that are open to them, and what is below. */
export function sessionAnswer(context: QuestionContext, sessionId: string): OwnerAnswer {
  const { book, now } = context;
  const session = book.sessions.get(sessionId);
  if (!session || !isVisible(context, session))
    return refused({ code: 'session_not_found', scope: { kind: 'session', id: sessionId } });
  return { kind: 'session', session: tree(book, session, now) };
}

/** To keys all are; to agents and session tokens those that are open to them, and what is below. */
export function isVisible({ book, actor }: QuestionContext, session: Session): boolean {
  if (actor.kind === 'key' || actor.kind === 'owner') return true;
  for (
    let above: Session | undefined = session;
    above;
    above = above.parent_id ? book.sessions.get(above.parent_id) : undefined
  ) {
    if (actor.kind === 'session' && above.id === actor.session.id) return true;
    if (actor.kind !== 'agent') continue;
    if (above.agent_id === actor.agent.id || above.participants?.includes(actor.agent.id)) return true;
  }
  return false;
}

function tree(book: Book, root: Session, now: number): SessionView {
  const view = sessionView(root, now);
  const waiting: { session: Session; view: SessionView }[] = [{ session: root, view }];
  let left = DESCENDANTS_MAXIMUM;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const children: SessionView[] = [];
    for (let id = next.session.first_child; id !== undefined;) {
      if (left === 0) {
        next.view.children_cut = true;
        break;
      }
      left -= 1;
      const child = book.sessions.get(id)!;
      const childView = sessionView(child, now);
      children.push(childView);
      waiting.push({ session: child, view: childView });
      id = child.next_sibling;
    }
    if (children.length > 0) next.view.children = children.reverse();
  }
  return view;
}

export function sessionStatus({ closed, expires_at }: Session, now: number): SessionStatus {
  if (closed) return 'closed';
  return expires_at !== undefined && now >= expires_at ? 'expired' : 'open';
}

/** The session alone. */
export function sessionView(session: Session, now: number): SessionView {
  const left = session.budget - session.spent - session.held - session.carved;
  const view: SessionView = {
    session_id: session.id,
    mode: session.mode,
    status: sessionStatus(session, now),
    asset: session.asset,
    budget: session.budget.toString(),
    spent: session.spent.toString(),
    held: session.held.toString(),
    carved: session.carved.toString(),
    // What was left of a closed session went back to where it came from: nobody can spend it here.
    remaining: (left > 0n && !session.closed ? left : 0n).toString(),
    labels: session.labels,
    policy_version: session.policy_version,
  };
  if (session.parent_id !== undefined) view.parent_session_id = session.parent_id;
  if (session.agent_id !== undefined) view.agent_id = session.agent_id;
  if (left < 0n) view.over_by = (-left).toString();
  if (session.limits) view.limits = session.limits.map((limit) => limitView(limit, {}, now));
  if (session.lists) view.lists = session.lists;
  if (session.approval_above) view.approval_above = session.approval_above;
  if (session.expires_at !== undefined) view.expires_at = session.expires_at;
  return view;
}
