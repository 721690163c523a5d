import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, SCENARIO_START } from '#testing';
import type { BookEvent } from '../events/index.js';
import { ScopeMembers } from '../policy-scope.js';

const DAY = 86_400_000;

describe('What the book keeps of agents', () => {
  it('A5 given an agent known by first use, then it is kept as it was recorded, and it alone counts as one of those', () => {
    const book = new BookScenario();
    book.spend(5n, { agent: 'seen' });
    book.agent('explicit');
    const { limits, ...kept } = book.agentOf('seen');
    expect(kept).toStrictEqual({
      id: expect.stringMatching(/^agt_/),
      handle: 'seen',
      status: 'active',
      origin: 'first_use',
      registered_at: SCENARIO_START,
      funding: 'treasury',
      labels: {},
      tokens: [],
      totals: { USD: { spent: 5n, held: 0n, count: 1 } },
      policy_version: 4,
    });
    expect(limits.map(({ id }) => id)).toEqual(['amount:payment:USD', 'amount:day:USD']);
    expect(book.state.organizations.get('book')!.first_use_agents).toBe(1);
  });

  it('A11 given payments that wait when their agent is taken over, then they still count among those that may wait', () => {
    const book = new BookScenario({ settings: { approvals_pending_maximum: 1 } });
    book.given({ type: 'organization.change', approval_above: { amount: '5', asset: 'USD' } });
    const waiting = book.hold(6n, { agent: 'seen' });
    book.agent('seen');
    expect(book.agentOf('seen').pending).toBe(1);
    expect(book.refused(book.payment(6n, { agent: 'seen' })).code).toBe('approvals_pending_exceeded');
    book.given({ type: 'payment.void', payment_id: waiting });
    expect(book.trySpend(6n, { agent: 'seen' })).toBeUndefined();
  });

  it('E5 given several windows that are new, then each starts from what was spent in it, and not from another’s', () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    book.spend(5n, { agent });
    book.passTime(DAY);
    book.spend(7n, { agent });
    const spent = (): (bigint | undefined)[] => book.agentOf(agent).limits.map(({ usages }) => usages[0]?.spent);
    book.given({ type: 'agent.change', agent, limits: [limit('week', 100n), limit('day', 100n)] });
    expect(spent()).toEqual([12n, 7n]);
    book.given({ type: 'agent.change', agent, limits: [limit('day', 90n), limit('hour', 90n), limit('week', 90n)] });
    expect(spent()).toEqual([7n, 7n, 12n]);
  });

  it('A8 given caps of several kinds, when the agent is topped up, then its cap of that asset is raised and no other', () => {
    const book = new BookScenario();
    const agent = book.agent('worker', {
      limits: [
        limit('day', 20n),
        limit('lifetime', 10n),
        limit('lifetime', 10n, { asset: 'JPY' }),
        limit('lifetime', 10n, { of: 'count' }),
        limit('lifetime', 10n, { service: 'search' }),
      ],
    });
    book.spend(3n, { agent });
    book.given({ type: 'topup', target: { agent }, amount: 5n, asset: 'USD' });
    const { limits } = book.agentOf(agent);
    expect(limits.map(({ maximum }) => maximum)).toEqual([20n, 15n, 10n, 10n, 10n]);
    expect(limits.map(({ definition }) => definition.maximum)).toEqual(['20', '15', '10', '10', '10']);
    expect(limits[4]!.usages).toMatchObject([{ spent: 3n }]);
    expect(book.trySpend(8n, { agent })).toMatchObject({ rule: 'amount:lifetime:USD:service=search' });
  });

  it('given a key that is revoked, then what it was stays known', () => {
    const book = new BookScenario();
    const key = { key_id: 'key_x', role: 'operator', name: 'x', token_hash: 'h' } as const;
    book.given({ type: 'key.issue', ...key });
    const kept = { id: 'key_x', role: 'operator', name: 'x', token_hash: 'h' };
    expect(book.state.keys.get('key_x')).toStrictEqual({ ...kept, revoked: false });
    book.given({ type: 'key.revoke', key_id: 'key_x' });
    expect(book.state.keys.get('key_x')).toStrictEqual({ ...kept, revoked: true });
  });
});

describe('Whose payments count in a draft’s scope', () => {
  it('A1 given an agent below another that is changed later, then it stays below it', () => {
    const book = new BookScenario();
    const parent = book.agent('parent');
    const child = book.agent('child', { parent_agent: 'parent' });
    book.given({ type: 'agent.change', agent: 'child', limits: [] });
    const session = book.session(10n);
    const below = book.session(5n, { parent_session_id: session });
    book.given({ type: 'session.change', session_id: below, budget: 4n });
    const members = (kind: 'agent' | 'session', id: string): ScopeMembers => {
      const known = new ScopeMembers({ kind, id });
      for (const event of book.log) known.learn(event);
      return known;
    };
    expect([members('agent', parent).has(child), members('session', session).has(below)]).toEqual([true, true]);
    expect([members('agent', child).has(parent), members('session', below).has(session)]).toEqual([false, false]);
  });

  it('A1 given the org, then every payment counts, also of an agent that it was never told of', () => {
    const book = new BookScenario();
    const scope = { kind: 'organization', id: 'org_x' } as const;
    book.spend(1n, { agent: 'seen' });
    const paid = book.log.at(-1) as Extract<BookEvent, { type: 'payment.transferred' }>;
    expect(new ScopeMembers(scope).counts(paid)).toBe(true);
    expect(new ScopeMembers({ kind: 'agent', id: 'agt_x' }).counts(paid)).toBe(false);
    expect(new ScopeMembers({ kind: 'session', id: 'ses_x' }).counts(paid)).toBe(false);
  });
});
