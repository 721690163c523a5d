import { addFigures, noFigures, type Figures } from './figures.js';

/** A session's place: where it hangs and how deep. A root has depth 0 and no parent. */
export interface SessionPlace {
  parent: string | undefined;
  depth: number;
}

/**
 * Sums of leaf sessions → sums of these sessions and of all their ancestors, deepest first, so that each session is handled
 * once however many leaves hang below it. A session whose opening is not known stands as a root.
 */
export function raiseToAncestors(
  leaves: ReadonlyMap<string, Figures>,
  placeOf: (session: string) => SessionPlace | undefined,
): Map<string, Figures> {
  const levels: Map<string, Figures>[] = [];
  const addAt = (depth: number, session: string, figures: Figures): void => {
    const level = (levels[depth] ??= new Map<string, Figures>());
    let sum = level.get(session);
    if (!sum) level.set(session, (sum = noFigures()));
    addFigures(sum, figures);
  };
  for (const [session, figures] of leaves) addAt(placeOf(session)?.depth ?? 0, session, figures);
  const sums = new Map<string, Figures>();
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    for (const [session, figures] of levels[depth] ?? []) {
      sums.set(session, figures);
      const parent = placeOf(session)?.parent;
      if (parent !== undefined) addAt(depth - 1, parent, figures);
    }
  }
  return sums;
}
