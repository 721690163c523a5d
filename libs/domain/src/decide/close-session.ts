import type { CloseSession, LapseSession } from '../commands/index.js';
import type { BookEvent, EventHeader, PaymentVoided } from '../events/index.js';
import { parentOf } from '../evolve/sessions.js';
import type { BookState, OpenPayment, Session } from '../state/index.js';
import { requireOrchestrator, requireSession, type Actor } from './authority.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { voidHolds } from './payment-steps.js';
import { hasLapsed } from './rules.js';
import { isOpenTo } from './sessions.js';

export function decideCloseSession(context: DecideContext<CloseSession>, actor: Actor): Decision {
  const { state, command } = context;
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const session = requireSession(state, command.session_id);
  if (actor.kind === 'session' ? actor.session.id !== session.id : true)
    if (!(actor.kind === 'agent' && isOpenTo(session, actor.agent.id))) requireOrchestrator(actor);
  if (session.closed) refuse('session_not_open', 'session', session.id);
  return closed(context, session, primaryHeader(context));
}

/** The owner's own: gives back what a reserved session has left when its time is over. Nothing to do is an empty record. */
export function decideLapseSession(context: DecideContext<LapseSession>): Decision {
  const session = context.state.sessions.get(context.command.session_id);
  if (!session || !hasLapsed(session, context.now)) return record([]);
  return closed(context, session, header(context), 'expired');
}

/** Closes the session and everything open below it, deepest first; holds that nothing depends on outside are voided. */
function closed(context: DecideContext, session: Session, first: EventHeader, reason?: 'expired'): Decision {
  const { state } = context;
  const closing = openSubtree(state, session);
  const members = new Set(closing.map((one) => one.id));
  const inside = (payment: OpenPayment): boolean => members.has(payment.details.session_id ?? '');
  const voids = session.held + session.carved === 0n ? [] : voidHolds(context, 'session_closed', inside, 0);
  const figures = afterVoids(state, closing, voids);
  const closes = closing.map((one, index): BookEvent => {
    const sequence = first.sequence + voids.length + index;
    const head = one.id === session.id ? { ...first, sequence } : header(context, voids.length + index);
    const returned = figures.close(one).toString();
    return { type: 'session.closed', ...head, session_id: one.id, returned, ...(reason ? { reason } : {}) };
  });
  return record([...voids, ...closes], voids.length + closing.length - 1);
}

function openSubtree(state: BookState, root: Session): Session[] {
  const order: Session[] = [];
  const waiting = [root];
  for (let session = waiting.pop(); session; session = waiting.pop()) {
    order.push(session);
    for (let id = session.first_child; id !== undefined;) {
      const child = state.sessions.get(id)!;
      if (!child.closed) waiting.push(child);
      id = child.next_sibling;
    }
  }
  return order.reverse();
}

/**
 * What each reserved session gives back when the subtree is closed deepest first: its budget less what was spent, what
 * stays held (dispatched payments) and what stays carved below it.
 */
function afterVoids(
  state: BookState,
  closing: readonly Session[],
  voids: readonly PaymentVoided[],
): { close(session: Session): bigint } {
  const held = new Map(closing.map((one) => [one.id, one.held]));
  const carved = new Map(closing.map((one) => [one.id, one.carved]));
  for (const event of voids) {
    for (let session = state.sessions.get(event.session_id!); session; session = parentOf(state, session)) {
      if (held.has(session.id)) held.set(session.id, held.get(session.id)! - BigInt(event.released));
      if (session.mode === 'reserved') break;
    }
  }
  return {
    close(session) {
      if (session.mode !== 'reserved') return 0n;
      const returned = session.budget - session.spent - held.get(session.id)! - carved.get(session.id)!;
      for (let above = parentOf(state, session); above; above = parentOf(state, above)) {
        if (carved.has(above.id)) carved.set(above.id, carved.get(above.id)! - returned);
        if (above.mode === 'reserved') break;
      }
      return returned;
    },
  };
}
