import type { OpenedWindow, PaymentDetails } from '../events/index.js';
import type { BookState, Session } from '../state/index.js';
import type { Totals } from '../usage.js';
import { charge, openWindows } from './charges.js';

/**
 * Counts a change in the leaf session and its ancestors. A reserved session was charged upward when it was carved out, so
 * above the nearest reserved one nothing is held; there, what is carved turns into spent (D13). Limits of a session count
 * every payment below it all the same.
 *
 * What an ancestor keeps carved for a reserved session below is `budget − spent` while that is open, and what is still
 * held or carved inside it once it is closed; every change here follows from that.
 */
export function chargeSessions(
  state: BookState,
  details: PaymentDetails & { time: number },
  change: Totals,
  windows: readonly OpenedWindow[],
): void {
  const { spent, held } = change;
  let boundary: { closed: boolean; held: bigint; carved: bigint } | undefined;
  for (let id = details.session_id; id !== undefined;) {
    // Above a boundary no budget changes while money is only held inside it.
    const still = boundary && spent === 0n && !(boundary.closed && boundary.held + boundary.carved !== 0n);
    const session: Session | undefined = still ? state.sessions.get(id) : state.sessions.edit(id);
    if (!session) return;
    if (session.limits) chargeLimits(state, session.id, details, change, windows);
    id = session.parent_id;
    if (still) continue;
    const heldHere = boundary ? 0n : held;
    const carvedHere = boundary ? (boundary.closed ? boundary.held + boundary.carved : -spent) : 0n;
    session.spent += spent;
    session.held += heldHere;
    session.carved += carvedHere;
    if (session.mode === 'reserved') boundary = { closed: session.closed, held: heldHere, carved: carvedHere };
  }
}

function chargeLimits(
  state: BookState,
  id: string,
  details: PaymentDetails & { time: number },
  change: Totals,
  windows: readonly OpenedWindow[],
): void {
  const limits = state.sessions.edit(id)!.limits!;
  openWindows(limits, id, windows, details.time);
  charge(limits, details, change);
}

/** Carves out (or, below zero, gives back) for a reserved session: its ancestors up to the next reserved one. */
export function carve(state: BookState, parentId: string | undefined, amount: bigint): void {
  for (let session = editSession(state, parentId); session; session = editSession(state, session.parent_id)) {
    session.carved += amount;
    if (session.mode === 'reserved' && !session.closed) return;
  }
}

function editSession(state: BookState, id: string | undefined): Session | undefined {
  return id === undefined ? undefined : state.sessions.edit(id);
}

export function parentOf(state: BookState, session: Session): Session | undefined {
  return session.parent_id ? state.sessions.get(session.parent_id) : undefined;
}
