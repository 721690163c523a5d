/** What a client asked of one agent, and what it was told. Amounts are units. */
export type Asked =
  { kind: 'pay'; amount: number } | { kind: 'cap'; maximum: number } | { kind: 'revoke' } | { kind: 'look' };

export type Told =
  /** A payment that passed, or a change that was made. */
  | { kind: 'done' }
  /** A payment that the cap refused. */
  | { kind: 'over cap' }
  /** A payment that was refused since the agent is revoked. */
  | { kind: 'revoked' }
  | { kind: 'seen'; spent: number; maximum: number }
  /** No answer, or one that says nothing about the effect. */
  | { kind: 'unknown' };

export interface Operation {
  client: number;
  asked: Asked;
  told: Told;
  /** When it was sent, and when its answer came; what was told nothing may take effect until the end of time. */
  from: number;
  to: number;
}

interface State {
  cap: number;
  spent: number;
  revoked: boolean;
}

/**
 * Whether there is one order of the operations on an agent, in which each takes effect at one moment between question and
 * answer, that explains every answer (Wing and Gong, with a memory of where the search has been). Undefined where there is
 * one; else the operations around the moment that nothing explains.
 */
export function notLinearizable(operations: readonly Operation[], cap: number): readonly Operation[] | undefined {
  const all = [...operations].sort((a, b) => a.from - b.from);
  const done = new Array<boolean>(all.length).fill(false);
  const been = new Set<string>();
  let most = -1;
  let stuck: readonly Operation[] = [];

  /** `first`: the first operation that has not taken effect. */
  const search = (first: number, count: number, state: State): boolean => {
    while (first < all.length && done[first]) first++;
    if (all.every((operation, index) => index < first || done[index] || operation.told.kind === 'unknown')) return true;
    const candidates: number[] = [];
    let deadline = Infinity;
    for (let index = first; index < all.length && all[index]!.from <= deadline; index++) {
      if (done[index]) continue;
      candidates.push(index);
      if (all[index]!.told.kind !== 'unknown') deadline = Math.min(deadline, all[index]!.to);
    }
    const possible = candidates.filter((index) => all[index]!.from <= deadline);
    // Everything before the first one has taken effect, and of what comes later only what is noted here.
    const ahead: number[] = [];
    for (let index = first; index < all.length; index++) if (done[index]) ahead.push(index - first);
    const name = `${first};${ahead.join()};${state.cap};${state.spent};${state.revoked}`;
    if (been.has(name)) return false;
    been.add(name);
    if (count > most) {
      most = count;
      stuck = possible.map((index) => all[index]!);
    }
    for (const index of possible) {
      const next = after(state, all[index]!);
      if (!next) continue;
      done[index] = true;
      if (search(first, count + 1, next)) return true;
      done[index] = false;
    }
    return false;
  };
  return search(0, 0, { cap, spent: 0, revoked: false }) ? undefined : stuck;
}

/** The state after an operation took effect in this one, or undefined where its answer says that it did not. */
function after(state: State, { asked, told }: Operation): State | undefined {
  const fits = asked.kind === 'pay' && state.spent + asked.amount <= state.cap;
  switch (told.kind) {
    case 'seen':
      return state.spent === told.spent && state.cap === told.maximum ? state : undefined;
    case 'revoked':
      return state.revoked ? state : undefined;
    case 'over cap':
      return !state.revoked && !fits ? state : undefined;
    case 'done':
    case 'unknown':
      if (asked.kind === 'cap') return { ...state, cap: asked.maximum };
      if (asked.kind === 'revoke') return { ...state, revoked: true };
      if (asked.kind === 'pay' && fits && !state.revoked) return { ...state, spent: state.spent + asked.amount };
      return undefined;
  }
}
