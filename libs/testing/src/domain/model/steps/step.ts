import type { Expectation, ModelWorld } from '../model-world.js';
import type { ReferenceBook, ReferenceSession } from '../reference-book.js';
import type { Verdict } from '../reference-rules.js';

/** One step of a history: names things by small numbers, so that a shrunk history stays short and readable. */
export interface Step {
  describe(): string;
  /** Does it to both books and compares what they decide; true where it moved a cap. */
  run(world: ModelWorld): boolean;
}

export const HANDLES = ['default', 'ada', 'bob', 'cyd', 'dan', 'eve'];

export const request = (code: string, id = 'amount'): Verdict => ({ code, kind: 'request', id });
export const refused = (code: string, kind: string, id: string): Expectation => ({ refused: { code, kind, id } });
export const PASSES: Expectation = { passes: true };

function pick<Item>(items: readonly Item[], number: number): Item | undefined {
  return items.length === 0 ? undefined : items[number % items.length];
}

/** Mostly one that is still open, since with the others little can happen; each fifth number takes any. */
export function pickLiving<Item>(
  items: readonly Item[],
  living: (item: Item) => boolean,
  number: number,
): Item | undefined {
  const alive = items.filter(living);
  return alive.length === 0 || number % 5 === 4 ? pick(items, number) : pick(alive, number);
}

export function pickSession(reference: ReferenceBook, number: number): ReferenceSession | undefined {
  return pickLiving(reference.sessions, (session) => !session.closed, number);
}

export function asRecorded(verdict: Verdict | undefined): Expectation {
  return verdict ? { recorded: verdict } : PASSES;
}
export function asRefused(verdict: Verdict | undefined): Expectation {
  return verdict ? { refused: verdict } : PASSES;
}
