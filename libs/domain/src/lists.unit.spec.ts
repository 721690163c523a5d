import { describe, expect, it } from '@jest/globals';
import { refusedByLists, type ListedPayment, type SpendLists } from './lists.js';

const AT = Date.UTC(2026, 2, 4, 12);
const HERE = 'org_here';
const THERE = 'org_there';

const base = { payee_org: HERE, protocol: 'direct' } as const;
const service: ListedPayment = { ...base, payee: { service: 'search' }, category: 'tools' };
const agent: ListedPayment = { ...base, payee: { agent_id: 'agt_1', handle: 'one' } };
const foreign: ListedPayment = { ...base, payee: { payee_org: THERE, handle: 'one' }, payee_org: THERE };

const ruleOf = (lists: SpendLists, payment: ListedPayment): string | undefined => {
  const refusal = refusedByLists(lists, payment, AT);
  return refusal && `${refusal.code} by ${refusal.rule}`;
};
/** What each of the three payees is answered. */
const rules = (lists: SpendLists) => [service, agent, foreign].map((payment) => ruleOf(lists, payment));

const passes = undefined;

describe('Lists of what may be paid', () => {
  it.each<[string, SpendLists, (string | undefined)[]]>([
    ['nothing', {}, [passes, passes, passes]],
    ['no entries', { allow: {}, deny: {} }, [passes, passes, passes]],
    ['a denied service', { deny: { services: ['search'] } }, ['service_not_allowed by deny:services', passes, passes]],
    ['another denied service', { deny: { services: ['maps'] } }, [passes, passes, passes]],
    ['a denied agent', { deny: { payees: ['agt_1'] } }, [passes, 'payee_not_allowed by deny:payees', passes]],
    ['another denied agent', { deny: { payees: ['agt_2'] } }, [passes, passes, passes]],
    [
      'a denied org, which is no matter of services',
      { deny: { payee_orgs: [HERE, THERE] } },
      [passes, 'payee_not_allowed by deny:payee_orgs', 'payee_not_allowed by deny:payee_orgs'],
    ],
    ['another denied org', { deny: { payee_orgs: ['org_x'] } }, [passes, passes, passes]],
    [
      'a denied category',
      { deny: { categories: ['tools'] } },
      ['category_not_allowed by deny:categories', passes, passes],
    ],
    ['another denied category', { deny: { categories: ['games'] } }, [passes, passes, passes]],
    [
      'a denied protocol',
      { deny: { protocols: ['direct'] } },
      Array.from({ length: 3 }, () => 'protocol_not_allowed by deny:protocols'),
    ],
    ['another denied protocol', { deny: { protocols: ['acp'] } }, [passes, passes, passes]],
    [
      'one allowed service',
      { allow: { services: ['search'] } },
      [passes, 'payee_not_allowed by allow:services', 'payee_not_allowed by allow:services'],
    ],
    [
      'one allowed agent',
      { allow: { payees: ['agt_1'] } },
      ['service_not_allowed by allow:payees', passes, 'payee_not_allowed by allow:payees'],
    ],
    [
      'one allowed org',
      { allow: { payee_orgs: [THERE] } },
      ['service_not_allowed by allow:payee_orgs', 'payee_not_allowed by allow:payee_orgs', passes],
    ],
    [
      'an allowed service and orgs',
      { allow: { services: ['search'], payee_orgs: [HERE, THERE] } },
      [passes, passes, passes],
    ],
    [
      'an allowed category, which a payment without one is not in',
      { allow: { categories: ['tools'] } },
      [passes, 'category_not_allowed by allow:categories', 'category_not_allowed by allow:categories'],
    ],
    [
      'another allowed category',
      { allow: { categories: ['games'] } },
      Array.from({ length: 3 }, () => 'category_not_allowed by allow:categories'),
    ],
    ['an allowed protocol', { allow: { protocols: ['direct'] } }, [passes, passes, passes]],
    [
      'another allowed protocol',
      { allow: { protocols: ['acp'] } },
      Array.from({ length: 3 }, () => 'protocol_not_allowed by allow:protocols'),
    ],
  ])('A9 given %s, then services, agents and other orgs are refused exactly by it', (_what, lists, expected) => {
    expect(rules(lists)).toEqual(expected);
  });

  it('E2 given hours, then a span is open from its first minute on and closed from its last, in any of the spans', () => {
    const noon = 2 * 1440 + 12 * 60;
    const open = (...spans: { from: number; to: number }[]) =>
      ruleOf({ hours: { time_zone: 'UTC', spans } }, service) === undefined;
    expect([
      open({ from: noon, to: noon + 1 }),
      open({ from: noon - 1, to: noon }),
      open({ from: noon + 1, to: noon + 2 }),
      open({ from: 0, to: 1 }, { from: noon - 5, to: noon + 5 }),
      open(),
    ]).toEqual([true, false, false, true, false]);
    expect(ruleOf({ hours: { time_zone: 'UTC', spans: [] } }, service)).toBe('outside_hours by hours');
  });
});
