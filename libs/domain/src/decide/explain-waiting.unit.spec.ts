import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, limit, SCENARIO_ORG, type CommandInput } from '#testing';
import type { AuthorizePayment } from '../commands/index.js';
import { explain, type Explanation } from './explain.js';

const above = (amount: bigint, asset: 'USD' | 'JPY' = 'USD') => ({ amount: amount.toString(), asset });

function explained(book: BookScenario, amount: bigint, fields: object = {}): Explanation {
  const input = book.payment(amount, { agent: 'child', ...fields });
  const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input } as AuthorizePayment;
  const answer = explain(book.state, book.facts, command, book.now, book.settings);
  if (answer.kind !== 'explained') throw new Error(JSON.stringify(answer));
  return answer.explanation;
}

/** The rows about waiting: scope, effect, whether it passes, the most, and what is left before and after. */
function told({ rules }: Explanation): unknown[] {
  return rules
    .filter(
      ({ effect, rule }) => effect !== 'refuses' || rule === 'count:pending_approvals' || rule?.startsWith('held'),
    )
    .map((rule) => [
      rule.scope.id,
      rule.effect,
      rule.passes,
      ...[rule.limit, rule.remaining, rule.remaining_after].filter((figure) => figure !== undefined),
    ]);
}

/** A child below a parent, with thresholds of 20 and 10, and an org whose threshold is 30. */
function family(options: ConstructorParameters<typeof BookScenario>[0] = {}) {
  const book = new BookScenario(options);
  book.given({ type: 'organization.change', approval_above: above(30n) });
  const parent = book.agent('parent', { approval_above: above(10n) });
  const child = book.agent('child', { parent_agent: 'parent', approval_above: above(20n) });
  const grant = (fields: Partial<Extract<CommandInput, { type: 'grant.create' }>> = {}): string =>
    (
      book.given({
        type: 'grant.create',
        payee: { service: 'search' },
        limit: limit('day', 50n),
        ...fields,
      }) as never as {
        grant_id: string;
      }
    ).grant_id;
  return { book, parent, child, grant };
}

describe('A dry run of a payment that may have to wait', () => {
  it('D7 given no threshold, then no grant is told', () => {
    const book = new BookScenario();
    book.agent('child');
    book.given({ type: 'grant.create', payee: { service: 'search' }, limit: limit('day', 50n) });
    expect(told(explained(book, 21n))).toEqual([]);
  });

  it('D7 given equal thresholds, then the first is told first, which is the one that a payment waits for', () => {
    const { book, parent, child } = family();
    book.given({ type: 'agent.change', agent: 'child', approval_above: above(10n) });
    const { rules } = explained(book, 11n);
    expect(rules.filter(({ rule }) => rule === 'approval_above').map(({ scope }) => scope)).toEqual([
      { kind: 'agent', id: child },
      { kind: 'parent_agent', id: parent },
      { kind: 'organization', id: SCENARIO_ORG },
    ]);
    expect(book.given(book.payment(11n, { agent: 'child' }))).toMatchObject({ above: { scope: { id: child } } });
  });

  it('D7 given grants recorded in another order than their ids’, then they are told by their ids, as they are drawn on', () => {
    const { book, grant } = family();
    const younger = grant();
    const older = grant({ fresh_id: '01900000000070008000000000000000' });
    // Who captures at once holds nothing, so that a grant of what is held says nothing of it.
    grant({ limit: limit('lifetime', 50n, { of: 'held' }) });
    const { rules, would } = explained(book, 21n, { capture: true });
    expect(would).toBe('captured');
    expect(
      rules.filter(({ effect }) => effect !== 'refuses' && effect !== 'waits').map(({ scope }) => scope),
    ).toStrictEqual([
      { kind: 'grant', id: older },
      { kind: 'grant', id: younger },
    ]);
    expect(rules.map(({ rule }) => rule)).not.toContain('count:pending_approvals');
    expect(book.given(book.payment(21n, { agent: 'child', capture: true }))).toMatchObject({ grant_id: older });
  });

  it('D7 given thresholds, then each is told, the strictest first, and the first that does not pass is the one it waits for', () => {
    const { book, parent, child } = family();
    const explanation = explained(book, 21n);
    expect(explanation.would).toBe('pending_approval');
    expect(told(explanation)).toEqual([
      [parent, 'waits', false, '10'],
      [child, 'waits', false, '20'],
      [SCENARIO_ORG, 'waits', true, '30'],
      [child, 'refuses', true, '100', '100', '99'],
    ]);
    expect(book.given(book.payment(21n, { agent: 'child' }))).toMatchObject({ above: { scope: { id: parent } } });
    expect(told(explained(book, 10n))).toEqual([
      [parent, 'waits', true, '10'],
      [child, 'waits', true, '20'],
      [SCENARIO_ORG, 'waits', true, '30'],
    ]);
  });

  it('D7 given grants, then what is left of each that is meant for the payment is told, and the oldest that covers is drawn on', () => {
    const { book, child, grant } = family();
    const small = grant({ limit: limit('day', 15n), agent: 'child' });
    const wide = grant();
    const spare = grant();
    for (const other of [
      { agent: 'parent' },
      { payee: { service: 'mail' } },
      { limit: limit('day', 50n, { asset: 'JPY' }) },
    ])
      grant(other);
    grant({ expires_in_ms: 1 });
    book.passTime(1);
    book.hold(12n, { agent: 'child' });
    const grants = (explanation: Explanation) => told(explanation).filter((row) => (row as string[])[1] === 'covers');
    const covered = explained(book, 21n);
    expect(covered).toMatchObject({ would: 'authorized' });
    expect(covered.rules.filter(({ effect, passes }) => effect === 'refuses' && !passes)).toEqual([]);
    expect(grants(covered)).toEqual([
      [small, 'covers', false, '15', '3'],
      [wide, 'covers', true, '50', '50', '29'],
      [spare, 'covers', true, '50', '50', '50'],
    ]);
    expect(book.given(book.payment(21n, { agent: 'child' }))).toMatchObject({ grant_id: wide });
    // Below every threshold nothing is drawn.
    expect(grants(explained(book, 3n))).toEqual([
      [small, 'covers', true, '15', '3', '3'],
      [wide, 'covers', true, '50', '29', '29'],
      [spare, 'covers', true, '50', '50', '50'],
    ]);
    expect(told(explained(book, 51n)).at(-1)).toEqual([child, 'refuses', true, '100', '100', '99']);
  });

  it('D7 given as many as may wait, then that bound refuses what would wait, and is not met by what would not', () => {
    const { book, child } = family({ settings: { approvals_pending_maximum: 1 } });
    book.hold(11n, { agent: 'child' });
    expect(explained(book, 11n)).toMatchObject({ would: 'declined', decline: { code: 'approvals_pending_exceeded' } });
    expect(told(explained(book, 11n)).at(-1)).toEqual([child, 'refuses', false, '1', '0']);
    expect(told(explained(book, 10n)).some((row) => (row as string[])[1] === 'refuses')).toBe(false);
  });

  it('D7 given a capture that would wait, then limits on what is held are told too, since it is held meanwhile', () => {
    const { book, child } = family();
    book.given({ type: 'agent.change', agent: 'child', limits: [limit('lifetime', 15n, { of: 'held' })] });
    const last = (amount: bigint): unknown => told(explained(book, amount, { capture: true })).at(-1);
    expect(explained(book, 16n, { capture: true })).toMatchObject({
      would: 'declined',
      decline: { code: 'held_limit_exceeded', limit: '15' },
    });
    expect(last(16n)).toEqual([child, 'refuses', false, '15', '15']);
    const names = explained(book, 16n, { capture: true }).rules.map(({ scope, rule }) => `${scope.kind} ${rule}`);
    expect(names).toEqual([...new Set(names)]);
    expect(last(15n)).toEqual([child, 'refuses', true, '15', '15', '0']);
    expect(last(10n)).toEqual([SCENARIO_ORG, 'waits', true, '30']);
  });

  it('A3 given a threshold in another asset, then it is told as one of nothing', () => {
    const { book, child } = family();
    book.given({ type: 'agent.change', agent: 'child', approval_above: above(1n, 'JPY') });
    expect(told(explained(book, 1n))[0]).toEqual([child, 'waits', false, '0']);
  });
});
