import type { BookState, Session } from '../state.js';

/**
 * Counts a change in the leaf session and its ancestors. A reserved session was charged upward when it was carved out, so
 * above the nearest reserved one nothing is held; there, what is carved turns into spent (D13).
 *
 * What an ancestor keeps carved for a reserved session below is `budget − spent` while that is open, and what is still
 * held or carved inside it once it is closed; every change here follows from that.
 */
export function chargeSessions(state: BookState, leafId: string | undefined, spent: bigint, held: bigint): void {
  let boundary: { closed: boolean; held: bigint; carved: bigint } | undefined;
  for (let session = leafId ? state.sessions.get(leafId) : undefined; session; session = parentOf(state, session)) {
    const heldHere = boundary ? 0n : held;
    const carvedHere = boundary ? (boundary.closed ? boundary.held + boundary.carved : -spent) : 0n;
    state.sessions.set(session.id, {
      ...session,
      spent: session.spent + spent,
      held: session.held + heldHere,
      carved: session.carved + carvedHere,
    });
    if (session.mode === 'reserved') boundary = { closed: session.closed, held: heldHere, carved: carvedHere };
    // Above a boundary nothing changes while money is only held inside it.
    if (boundary && spent === 0n && !(boundary.closed && boundary.held + boundary.carved !== 0n)) return;
  }
}

/** Carves out (or, below zero, gives back) for a reserved session: its ancestors up to the next reserved one. */
export function carve(state: BookState, parentId: string | undefined, amount: bigint): void {
  for (let session = parentId ? state.sessions.get(parentId) : undefined; session; session = parentOf(state, session)) {
    state.sessions.set(session.id, { ...session, carved: session.carved + amount });
    if (session.mode === 'reserved' && !session.closed) return;
  }
}

export function parentOf(state: BookState, session: Session): Session | undefined {
  return session.parent_id ? state.sessions.get(session.parent_id) : undefined;
}
