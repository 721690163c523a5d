import { describe, expect, it } from '@jest/globals';
import type { Decision } from './context.js';
import { decide } from './index.js';
import type { LimitDefinition } from '../limits.js';
import { CycleFacts } from '../facts.js';
import { evolve } from '../evolve/index.js';
import { BookOverlay } from '../state/index.js';
import { ADMIN, BookScenario, limit, ONE, SCENARIO_ORG, SCENARIO_START, type CommandInput } from '#testing';

const worker = (limits: LimitDefinition[], parent?: string): BookScenario => {
  const book = new BookScenario();
  book.agent('worker', { limits, ...(parent === undefined ? {} : { parent_agent: parent }) });
  return book;
};

describe('Limits of an agent', () => {
  it.each<[string, LimitDefinition, string]>([
    ['per payment', limit('payment', 10n), 'per_payment_limit_exceeded'],
    ['per minute', limit('minute', 10n), 'window_limit_exceeded'],
    ['per hour', limit('hour', 10n), 'window_limit_exceeded'],
    ['per day', limit('day', 10n, { time_zone: 'Asia/Kolkata' }), 'window_limit_exceeded'],
    ['per week', limit('week', 10n), 'window_limit_exceeded'],
    ['per month', limit('month', 10n), 'window_limit_exceeded'],
    ['per quarter', limit('quarter', 10n), 'window_limit_exceeded'],
    ['per year', limit('year', 10n), 'window_limit_exceeded'],
    ['rolling', limit({ rolling_seconds: 90 }, 10n), 'window_limit_exceeded'],
    ['for its lifetime', limit('lifetime', 10n), 'lifetime_cap_exceeded'],
    ['on what is held', limit('lifetime', 10n, { of: 'held' }), 'held_limit_exceeded'],
  ])('A11 given 10 %s, when exactly 10 is asked it passes, and one unit more does not', (_name, definition, code) => {
    const book = worker([definition]);
    expect(book.tryHold(11n, { agent: 'worker' })).toMatchObject({
      code,
      scope: { kind: 'agent', id: book.agentOf('worker').id },
      rule: book.agentOf('worker').limits[0]!.id,
      limit: '10',
      requested: '11',
      remaining: '10',
    });
    expect(book.tryHold(10n, { agent: 'worker' })).toBeUndefined();
  });

  it.each<[string, LimitDefinition]>([
    ['per minute', limit('minute', 10n)],
    ['per day', limit('day', 10n)],
    ['rolling', limit({ rolling_seconds: 3600 }, 10n)],
    ['for its lifetime', limit('lifetime', 10n)],
  ])(
    'A1 given 10 %s, when 4 is spent and 6 held, then nothing more passes until the hold ends',
    (_name, definition) => {
      const book = worker([definition]);
      book.spend(4n, { agent: 'worker' });
      const payment = book.hold(6n, { agent: 'worker' });
      expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ spent: '4', held: '6', remaining: '0' });
      book.given({ type: 'payment.capture', payment_id: payment, amount: 2n, final: true });
      expect(book.trySpend(5n, { agent: 'worker' })).toMatchObject({ spent: '6', held: '0', remaining: '4' });
      expect(book.trySpend(4n, { agent: 'worker' })).toBeUndefined();
    },
  );

  it('A11 given a limit of 0, when one unit is asked, then it is declined; without a limit there is none', () => {
    expect(worker([limit('lifetime', 0n)]).trySpend(1n, { agent: 'worker' })?.code).toBe('lifetime_cap_exceeded');
    expect(worker([]).trySpend(1000n * ONE, { agent: 'worker' })).toBeUndefined();
  });

  it('E4 given a limit on how many payments, when they are as many, then the next is declined with the count', () => {
    const book = worker([limit('day', 2, { of: 'count' }), limit('lifetime', 3, { of: 'count' })]);
    const voided = book.hold(1n, { agent: 'worker' });
    book.spend(1n, { agent: 'worker' });
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({
      code: 'count_limit_exceeded',
      limit: '2',
      spent: '2',
      requested: '1',
      resets_at: Date.UTC(2026, 2, 5),
    });
    book.given({ type: 'payment.void', payment_id: voided });
    expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
    book.passTime(86_400_000);
    expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({
      rule: 'count:lifetime:USD',
      limit: '3',
      spent: '3',
    });
  });

  it('A11 given a limit on what is held, when money moves at once, then it is not concerned', () => {
    const book = worker([limit('lifetime', 5n, { of: 'held' })]);
    book.hold(5n, { agent: 'worker' });
    expect(book.tryHold(1n, { agent: 'worker' })).toMatchObject({ code: 'held_limit_exceeded', held: '5' });
    expect(book.trySpend(100n, { agent: 'worker' })).toBeUndefined();
  });

  it('E4 given several windows at once, when each binds in turn, then that one is named', () => {
    const book = worker([
      limit('payment', 50n),
      limit('minute', 60n),
      limit('hour', 100n),
      limit('day', 150n),
      limit('lifetime', 180n),
    ]);
    const rule = (amount: bigint): string | undefined => book.trySpend(amount, { agent: 'worker' })?.rule;
    expect(rule(51n)).toBe('amount:payment:USD');
    expect(rule(50n)).toBeUndefined();
    expect(rule(11n)).toBe('amount:minute:USD');
    book.passTime(60_000);
    expect(rule(50n)).toBeUndefined();
    book.passTime(60_000);
    expect(rule(1n)).toBe('amount:hour:USD');
    book.passTime(3_600_000);
    expect(rule(50n)).toBeUndefined();
    book.passTime(3_600_000);
    expect(rule(1n)).toBe('amount:day:USD');
    book.passTime(86_400_000);
    expect(rule(31n)).toBe('amount:lifetime:USD');
    expect(rule(30n)).toBeUndefined();
  });

  it('E2 given a day in a time zone, when its local midnight comes, then the day starts anew and not before', () => {
    const book = worker([limit('day', 10n, { time_zone: 'Asia/Kolkata' })]);
    book.now = Date.UTC(2026, 2, 4, 18, 29, 59, 999);
    book.spend(10n, { agent: 'worker' });
    expect(book.trySpend(1n, { agent: 'worker' })?.resets_at).toBe(Date.UTC(2026, 2, 4, 18, 30));
    book.now = Date.UTC(2026, 2, 4, 18, 30);
    expect(book.trySpend(10n, { agent: 'worker' })).toBeUndefined();
  });

  it('E7 given a hold from before midnight, when it is captured after, then it counts in the day of its authorization', () => {
    const book = worker([limit('day', 10n)]);
    book.now = Date.UTC(2026, 2, 4, 23, 59);
    const payment = book.hold(10n, { agent: 'worker' });
    book.now = Date.UTC(2026, 2, 5, 0, 1);
    book.given({ type: 'payment.capture', payment_id: payment, final: true });
    expect(book.trySpend(10n, { agent: 'worker' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'worker' })?.spent).toBe('10');
  });

  it.each([
    ['hour', Date.UTC(2026, 2, 4, 14)],
    ['week', Date.UTC(2026, 2, 9)],
    ['month', Date.UTC(2026, 3, 1)],
    ['quarter', Date.UTC(2026, 3, 1)],
    ['year', Date.UTC(2027, 0, 1)],
  ] as const)(
    'E7 given a hold over the end of a %s, when it ends after, then the new window is neither charged nor freed',
    (per, end) => {
      const ends = {
        captured: (payment_id: string): CommandInput => ({ type: 'payment.capture', payment_id, final: true }),
        voided: (payment_id: string): CommandInput => ({ type: 'payment.void', payment_id }),
        lapsed: (payment_id: string): CommandInput => ({ type: 'payment.lapse', payment_id }),
      };
      for (const [how, command] of Object.entries(ends)) {
        const book = worker([limit(per, 10n)]);
        book.now = end - 1;
        const payment = book.hold(10n, { agent: 'worker' });
        expect(book.trySpend(1n, { agent: 'worker' })?.resets_at).toBe(end);
        book.now = end;
        book.spend(9n, { agent: 'worker' });
        book.now = how === 'lapsed' ? end + 900_000 : end + 1;
        book.given(command(payment));
        const above = book.trySpend(2n, { agent: 'worker' });
        expect([how, above?.code, above?.spent, above?.held]).toEqual([how, 'window_limit_exceeded', '9', '0']);
        expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
      }
    },
  );

  it('D9 given windows that roll, then what was spent in them stays in the agent’s figures for life', () => {
    const book = worker([limit('day', 10n), limit('lifetime', 25n)]);
    for (const day of [4, 5, 6]) {
      book.now = Date.UTC(2026, 2, day, 12);
      expect(book.trySpend(8n, { agent: 'worker' })).toBeUndefined();
    }
    book.now = Date.UTC(2026, 2, 7, 12);
    expect(book.trySpend(2n, { agent: 'worker' })).toMatchObject({ code: 'lifetime_cap_exceeded', spent: '24' });
  });

  it('D5 given a clock that runs backwards, when a payment comes, then book time stays and no window opens again', () => {
    const book = worker([limit('hour', 10n)]);
    book.spend(10n, { agent: 'worker' });
    book.now -= 7_200_000;
    expect(book.trySpend(1n, { agent: 'worker' })?.code).toBe('window_limit_exceeded');
    expect(book.log.at(-1)?.time).toBe(SCENARIO_START);
  });

  describe('of its parents', () => {
    it('A4 given children whose limits add up to more than their parent’s, when they spend, then the parent’s holds', () => {
      const book = new BookScenario();
      book.agent('top', { limits: [limit('lifetime', 10n)] });
      book.agent('middle', { parent_agent: 'top', limits: [limit('lifetime', 10n)] });
      book.agent('left', { parent_agent: 'middle', limits: [limit('lifetime', 8n)] });
      book.agent('right', { parent_agent: 'middle', limits: [limit('lifetime', 8n)] });
      book.hold(6n, { agent: 'left' });
      expect(book.trySpend(5n, { agent: 'right' })).toMatchObject({
        code: 'lifetime_cap_exceeded',
        scope: { kind: 'parent_agent', id: book.agentOf('middle').id },
        limit: '10',
        held: '6',
        remaining: '4',
      });
      book.spend(4n, { agent: 'right' });
      expect(book.trySpend(1n, { agent: 'top' })).toMatchObject({ scope: { kind: 'agent' }, spent: '4', held: '6' });
    });
  });

  describe('when they change on a live agent', () => {
    const change = (book: BookScenario, limits: LimitDefinition[]): unknown =>
      book.given({ type: 'agent.change', agent: 'worker', limits });

    it('E5 given money spent and held before, then a window that is added starts from what its time has seen', () => {
      const book = worker([]);
      book.spend(100n, { agent: 'worker' });
      book.passTime(3_600_000);
      book.spend(3n, { agent: 'worker' });
      const payment = book.hold(4n, { agent: 'worker' });
      const refunded = book.spend(2n, { agent: 'worker' });
      book.given({ type: 'payment.refund', payment_id: refunded });
      change(book, [limit('hour', 10n)]);
      expect(book.log.at(-1)).toMatchObject({
        starts: [{ limit: 'amount:hour:USD', spent: '3', held: '4', count: 3 }],
      });
      expect(book.trySpend(4n, { agent: 'worker' })).toMatchObject({ spent: '3', held: '4', remaining: '3' });
      book.given({ type: 'payment.void', payment_id: payment });
      expect(book.trySpend(8n, { agent: 'worker' })).toMatchObject({ spent: '3', held: '0', remaining: '7' });
      expect(book.trySpend(7n, { agent: 'worker' })).toBeUndefined();
    });

    it('E5 given a rolling window is added, then it is not more lenient than if it had stood all along', () => {
      const book = worker([]);
      book.spend(6n, { agent: 'worker' });
      book.passTime(50_000);
      change(book, [limit({ rolling_seconds: 60 }, 10n)]);
      book.passTime(9_000);
      expect(book.trySpend(5n, { agent: 'worker' })).toMatchObject({ spent: '6' });
      book.spend(4n, { agent: 'worker' });
      book.passTime(53_000);
      expect(book.trySpend(7n, { agent: 'worker' })).toMatchObject({ spent: '4' });
    });

    it('E5 given a parent with children, then a window added to it starts from what its children spent', () => {
      const book = new BookScenario();
      book.agent('parent');
      book.agent('child', { parent_agent: 'parent' });
      book.spend(6n, { agent: 'child' });
      book.given({ type: 'agent.change', agent: 'parent', limits: [limit('day', 10n)] });
      expect(book.trySpend(5n, { agent: 'child' })).toMatchObject({ scope: { kind: 'parent_agent' }, spent: '6' });
    });

    it('E5 given payments of the same cycle that are not in the log yet, then added windows start from them too', () => {
      const book = new BookScenario();
      const id = book.agent('worker');
      book.spend(3n, { agent: 'worker' });
      book.passTime(86_400_000);
      const overlay = new BookOverlay(book.state);
      const facts = new CycleFacts();
      const take = (command: object): Decision => {
        const full = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...command };
        const decision = decide(overlay, facts, full as never, book.now, book.settings);
        if (decision.kind === 'record')
          for (const event of decision.events) {
            evolve(overlay, event);
            facts.note(event, '0:1');
          }
        return decision;
      };
      expect(take(book.payment(6n, { agent: 'worker' })).kind).toBe('record');
      const limits = { type: 'agent.change', agent: 'worker', limits: [limit('hour', 10n), limit('day', 11n)] };
      const scope = { kind: 'agent' as const, id };
      const hour = { scope, asset: 'USD' as const, since: Date.UTC(2026, 2, 5, 12) };
      const day = { ...hour, since: Date.UTC(2026, 2, 5) };
      expect(take(limits)).toEqual({ kind: 'needs', missing: { usages: [hour, day] } });
      facts.learnUsage(hour, { spent: 0n, held: 0n, count: 0 });
      facts.learnUsage(day, { spent: 1n, held: 0n, count: 1 });
      expect(take(limits)).toMatchObject({
        events: [
          {
            starts: [
              { spent: '0', held: '6', count: 1 },
              { spent: '1', held: '6', count: 2 },
            ],
          },
        ],
      });
      expect(take(book.payment(5n, { agent: 'worker' }))).toMatchObject({
        events: [{ decline: { rule: 'amount:hour:USD', spent: '0', held: '6' } }],
      });
    });

    it('E5 given a window that reaches back to the agent’s beginning, then its totals tell, and the log is not read', () => {
      const book = worker([]);
      book.spend(3n, { agent: 'worker' });
      book.hold(4n, { agent: 'worker' });
      book.facts.usage = () => undefined as never;
      change(book, [limit('day', 10n), limit('year', 20n), limit({ rolling_seconds: 60 }, 10n)]);
      expect(book.trySpend(4n, { agent: 'worker' })).toMatchObject({ rule: 'amount:day:USD', spent: '3', held: '4' });
      const unspent = book.agent('unspent');
      book.passTime(10 * 86_400_000);
      book.given({ type: 'agent.change', agent: unspent, limits: [limit('day', 10n)] });
    });

    it('E6 given a limit is raised or lowered, then it binds the very next payment and keeps what was counted', () => {
      const book = worker([limit('day', 10n)]);
      book.spend(10n, { agent: 'worker' });
      change(book, [limit('day', 12n)]);
      expect(book.trySpend(3n, { agent: 'worker' })).toMatchObject({ limit: '12', spent: '10', remaining: '2' });
      expect(book.trySpend(2n, { agent: 'worker' })).toBeUndefined();
      change(book, [limit('day', 5n)]);
      expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ limit: '5', spent: '12', remaining: '0' });
    });

    it('E5 given a window is taken away and added again, then nothing was refilled', () => {
      const book = worker([limit('day', 10n)]);
      book.spend(9n, { agent: 'worker' });
      change(book, []);
      book.spend(5n, { agent: 'worker' });
      change(book, [limit('day', 10n)]);
      expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ spent: '14' });
    });

    it('A10 given two limits of the same name, then they are refused', () => {
      const book = worker([]);
      const twice = [limit('day', 1n), limit('day', 2n, { time_zone: 'UTC' })];
      expect(book.refused({ type: 'agent.change', agent: 'worker', limits: twice })).toMatchObject({
        code: 'limits_conflict',
        scope: { id: 'amount:day:USD' },
      });
    });
  });

  it('A6 given a list of protocols, when another is used, then it is declined and named', () => {
    const book = new BookScenario();
    book.agent('worker', { protocols: ['x402'] });
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({
      code: 'protocol_not_allowed',
      rule: 'protocol:direct',
    });
    expect(book.trySpend(1n, { agent: 'worker', protocol: 'x402' })).toBeUndefined();
    book.given({ type: 'agent.change', agent: 'worker', protocols: null });
    expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
  });

  it('A1 given limits in two assets, when one is used up, then the other is not concerned', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 10n), limit('day', 10n, { asset: 'JPY' })] });
    book.given({
      type: 'topup',
      target: { wallet_id: `wal_${SCENARIO_ORG.slice(4)}_jpy` },
      amount: 100n,
      asset: 'JPY',
    });
    expect(book.trySpend(4n, { agent: 'worker', asset: 'JPY' })).toBeUndefined();
    book.spend(10n, { agent: 'worker' });
    expect(book.trySpend(1n, { agent: 'worker' })?.rule).toBe('amount:day:USD');
    expect(book.trySpend(6n, { agent: 'worker', asset: 'JPY' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'worker', asset: 'JPY' })?.rule).toBe('amount:day:JPY');
  });
});
