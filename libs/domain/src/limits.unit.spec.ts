import { describe, expect, it } from '@jest/globals';
import { limit } from '#testing';
import { changedLimits, concernsPayee, countedIn, isLifetimeCap, isPair, limitId, type LimitKeeper } from './limits.js';
import type { Payee } from './parties.js';

const search = { service: 'search' };
const shop = { payee: 'agt_shop' };

describe('Limits', () => {
  it.each<[string, ReturnType<typeof limit>, Record<LimitKeeper | 'itself', string>]>([
    ['payment', limit('payment', 1n), all('payment')],
    ['day', limit('day', 1n), all('usages')],
    ['rolling', limit({ rolling_seconds: 60 }, 1n), all('usages')],
    ['lifetime', limit('lifetime', 1n), { ...all('totals'), session: 'usages', itself: 'usages' }],
    ['held', limit('day', 1n, { of: 'held' }), { ...all('totals'), session: 'usages', itself: 'usages' }],
    ['lifetime on a service', limit('lifetime', 1n, search), all('usages')],
    ['lifetime on an agent', limit('lifetime', 1n, shop), all('usages')],
    ['held on an agent', limit('lifetime', 1n, { of: 'held', ...shop }), all('usages')],
  ])('A8 a limit per %s reads sums that its keeper has, and else counts by itself', (_what, definition, expected) => {
    for (const keeper of ['agent', 'organization', 'session', 'itself'] as const)
      expect([keeper, countedIn(definition, keeper)]).toEqual([keeper, expected[keeper]]);
  });

  it('D10 a top-up raises the lifetime cap of its asset and no other limit', () => {
    expect(isLifetimeCap(limit('lifetime', 1n), 'USD')).toBe(true);
    for (const [definition, asset] of [
      [limit('lifetime', 1n), 'JPY'],
      [limit('year', 1n), 'USD'],
      [limit('lifetime', 1n, { of: 'count' }), 'USD'],
      [limit('lifetime', 1n, search), 'USD'],
      [limit('lifetime', 1n, shop), 'USD'],
    ] as const)
      expect(isLifetimeCap(definition, asset)).toBe(false);
  });

  it('A6 a limit on a pair concerns payments to that payee and no others, and any other limit all of them', () => {
    const payees: Payee[] = [
      { service: 'search' },
      { service: 'maps' },
      { agent_id: 'agt_shop', handle: 'search' },
      { agent_id: 'agt_other', handle: 'agt_shop' },
      { payee_org: 'org_other', handle: 'agt_shop' },
    ];
    const concerned = (definition: object): boolean[] => payees.map((payee) => concernsPayee(definition, payee));
    expect(concerned(search)).toEqual([true, false, false, false, false]);
    expect(concerned(shop)).toEqual([false, false, true, false, false]);
    expect(concerned({})).toEqual([true, true, true, true, true]);
    expect([search, shop, {}].map(isPair)).toEqual([true, true, false]);
  });

  it('A10 a limit’s name tells what it counts, per what, in which asset, zone and of which pair', () => {
    const names = [
      limit('day', 1n),
      limit('day', 2n, { time_zone: 'UTC' }),
      limit('day', 1n, { time_zone: 'Asia/Tokyo' }),
      limit('day', 1n, { of: 'count', asset: 'JPY' }),
      limit({ rolling_seconds: 90 }, 1n),
      limit('week', 1n, search),
      limit('week', 1n, shop),
    ].map(limitId);
    expect(names).toEqual([
      'amount:day:USD',
      'amount:day:USD',
      'amount:day:USD:Asia/Tokyo',
      'count:day:JPY',
      'amount:rolling-90s:USD',
      'amount:week:USD:service=search',
      'amount:week:USD:payee=agt_shop',
    ]);
  });

  it('E6 a change lifts the kinds it names and sets each limit in place of the one of its name, else beside them', () => {
    const [day, yenDay, week, pair] = [
      limit('day', 1n),
      limit('day', 1n, { asset: 'JPY' }),
      limit('week', 1n),
      limit('day', 1n, search),
    ];
    const before = [day, yenDay, week, pair];
    expect(changedLimits(before)).toEqual(before);
    expect(changedLimits(before, [{ of: 'amount', per: 'day' }])).toEqual([week, pair]);
    expect(changedLimits(before, [{ of: 'amount', per: 'day', asset: 'JPY' }])).toEqual([day, week, pair]);
    const [wider, month] = [limit('week', 9n), limit('month', 9n)];
    expect(changedLimits(before, [], [wider, month])).toEqual([day, yenDay, wider, pair, month]);
  });
});

function all(where: string): Record<LimitKeeper | 'itself', string> {
  return { agent: where, organization: where, session: where, itself: where };
}
