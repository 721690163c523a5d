import { usageAt, type Asset, type LimitState } from '#domain';
import { FIRST_USE } from './opening.js';
import { usedOf } from './reference-approvals.js';
import {
  paymentsInside,
  paymentsUnder,
  sumOf,
  usedIn,
  type ReferenceLimit,
  type ReferencePayment,
} from './reference-book.js';
import { countedIn, counts, firstUseLimit, nameOf } from './reference-rules.js';
import { same, show } from './same.js';
import type { Seen } from './seen.js';

/** What every window counts is what its payments came to; a rolling one may see up to a granule more, never less. */
export function checkWindows(seen: Seen): void {
  for (const agent of seen.reference.agents)
    checkWindowsOf(seen, agent.handle, seen.book.agents.get(agent.id)!.limits, agent.limits, (asset) =>
      paymentsUnder(seen.reference, agent.id, asset),
    );
  for (const session of seen.reference.sessions)
    checkWindowsOf(seen, session.id, seen.book.sessions.get(session.id)!.limits ?? [], session.limits, () =>
      paymentsInside(seen.reference, session.id),
    );
  const organization = seen.book.organizations.get('book')!;
  checkWindowsOf(seen, 'the org', organization.limits, seen.reference.limits, (asset) =>
    seen.reference.payments.filter((payment) => payment.asset === asset),
  );
  checkWindowsOf(
    seen,
    'first use',
    organization.first_use_limits,
    [firstUseLimit(FIRST_USE.together_per_day)],
    (asset) => seen.reference.payments.filter((payment) => payment.first_use && payment.asset === asset),
  );
}

function checkWindowsOf(
  seen: Seen,
  whose: string,
  real: readonly LimitState[],
  expected: readonly ReferenceLimit[],
  paymentsOf: (asset: Asset) => readonly ReferencePayment[],
): void {
  same(
    `the limits of ${whose}`,
    real.map(({ definition }) => nameOf(definition)),
    expected.map(({ definition }) => nameOf(definition)),
  );
  for (const [index, limit] of expected.entries()) {
    if (real[index]!.counted_in !== 'usages') continue;
    const { spent, held, count } = usageAt(real[index]!, seen.now);
    const payments = paymentsOf(limit.definition.asset).filter((one) => counts(limit.definition, one.to));
    const least = countedIn(payments, limit, seen.now, 'exact');
    const most = countedIn(payments, limit, seen.now, 'widest');
    const within = (one: bigint | number, low: bigint | number, high: bigint | number): boolean =>
      low <= one && one <= high;
    const fits =
      within(spent, least.spent, most.spent) &&
      within(held, least.held, most.held) &&
      within(count, least.count, most.count);
    if (!fits)
      throw new Error(
        `D5 E2: ${nameOf(limit.definition)} of ${whose} counts ${show({ spent, held, count })}, not ${show(least)} to ${show(most)}`,
      );
  }
}

/** What every grant has left, and that none is overspent. */
export function checkGrants(seen: Seen): void {
  for (const grant of seen.reference.grants) {
    const real = seen.book.grants.get(grant.id);
    // Those that are over go when another is made.
    if (!real && grant.expires_at !== undefined && grant.expires_at <= seen.now) continue;
    const { spent, held } = usageAt(real!.limit, seen.now);
    const used = usedOf(seen.reference, grant, seen.now);
    same(`A1: what is used of ${grant.id}`, spent + held, used);
    if (used > grant.maximum) throw new Error(`A1: ${grant.id} is overspent: ${used} of ${grant.maximum}`);
  }
}

/** By how much every scope is above its cap, where it is. */
export function overCaps(seen: Seen): Map<string, bigint> {
  const over = new Map<string, bigint>();
  for (const { id, budget } of seen.reference.sessions) over.set(id, usedIn(seen.reference, id) - budget);
  const add = (id: string, limits: readonly ReferenceLimit[], all: (asset: Asset) => readonly ReferencePayment[]) => {
    for (const limit of limits) {
      const { of, per, asset, maximum } = limit.definition;
      if (per === 'payment') continue;
      const payments = all(asset).filter((payment) => counts(limit.definition, payment.to));
      const { spent, held, count } = countedIn(payments, limit, seen.now, 'exact');
      const used = of === 'count' ? BigInt(count) : of === 'held' ? sumOf(payments).held : spent + held;
      over.set(`${id} ${nameOf(limit.definition)}`, used - BigInt(maximum));
    }
  };
  for (const agent of seen.reference.agents)
    add(agent.id, agent.limits, (asset) => paymentsUnder(seen.reference, agent.id, asset));
  for (const session of seen.reference.sessions)
    add(session.id, session.limits, () => paymentsInside(seen.reference, session.id));
  add('org', seen.reference.limits, (asset) => seen.reference.payments.filter((one) => one.asset === asset));
  return over;
}
