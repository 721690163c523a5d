import type { Expectation } from '../expectation.js';
import type { ModelWorld } from '../model-world.js';
import type { LimitDefinition, SpendLists } from '#domain';
import { agentByHandle, type ReferenceBook, type ReferenceLimit, type ReferenceSession } from '../reference-book.js';
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

/** A random limit names a payee by handle: by its id where there is such an agent, else left out. */
export function resolved(reference: ReferenceBook, limits: readonly LimitDefinition[]): LimitDefinition[] {
  return limits.flatMap((limit) => {
    if (limit.payee === undefined) return [limit];
    const payee = agentByHandle(reference, limit.payee);
    return payee ? [{ ...limit, payee: payee.id }] : [];
  });
}

export function resolvedLists(reference: ReferenceBook, lists: SpendLists | undefined): SpendLists | undefined {
  const entries = (given: SpendLists['allow']): SpendLists['allow'] =>
    given?.payees && {
      ...given,
      payees: given.payees.flatMap((handle) => agentByHandle(reference, handle)?.id ?? []),
    };
  if (!lists) return undefined;
  const [allow, deny] = [entries(lists.allow) ?? lists.allow, entries(lists.deny) ?? lists.deny];
  return { ...(allow ? { allow } : {}), ...(deny ? { deny } : {}) };
}

export function live(definitions: readonly LimitDefinition[], added_to_live: boolean): ReferenceLimit[] {
  return definitions.map((definition) => ({ definition, added_to_live }));
}

export function describeLimits(limits: readonly LimitDefinition[]): string {
  const one = ({ of, per, maximum, asset, time_zone, service, payee }: LimitDefinition): string =>
    `${maximum} ${asset} ${of} per ${typeof per === 'object' ? `${per.rolling_seconds} s` : per}` +
    `${time_zone ? ` in ${time_zone}` : ''}${service ? ` to ${service}` : ''}${payee ? ` to ${payee}` : ''}`;
  return limits.length === 0 ? 'no limits' : limits.map(one).join(', ');
}

export function asRecorded(verdict: Verdict | undefined): Expectation {
  return verdict ? { recorded: verdict } : PASSES;
}
export function asRefused(verdict: Verdict | undefined): Expectation {
  return verdict ? { refused: verdict } : PASSES;
}
