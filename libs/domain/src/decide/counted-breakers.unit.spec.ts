import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit } from '#testing';
import type { Breakers } from '../breakers.js';
import { isPaymentEvent } from '../events/index.js';

const worker = { agent: 'worker' };
const MANY: Breakers = { declines_in_a_row: 9, failures_in_a_row: 9 };

const watched = (breakers: Breakers, fields: object = {}): BookScenario => {
  const book = new BookScenario();
  book.agent('worker', { breakers, limits: [limit('payment', 100n)], ...fields });
  return book;
};

const decline = (book: BookScenario): unknown => book.trySpend(101n, worker);
const fail = (book: BookScenario): unknown => book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });

/** `[declines, failures]` in a row. */
const rows = (book: BookScenario): [number, number] => {
  const { declines, failures } = book.agentOf('worker').breakers!;
  return [declines, failures];
};

describe('What the breakers of an agent count', () => {
  it.each<[string, (book: BookScenario) => unknown, [number, number]]>([
    ['one more refusal', decline, [2, 2]],
    ['a hold', (book) => book.hold(1n, worker), [0, 2]],
    ['a hold that is voided', fail, [0, 3]],
    [
      'a hold that expires',
      (book) => {
        book.hold(1n, { ...worker, expires_in_ms: 1000 });
        book.passTime(1000);
        book.lapse();
      },
      [0, 3],
    ],
    [
      'a hold that expires after a part was captured',
      (book) => {
        const payment_id = book.hold(2n, { ...worker, expires_in_ms: 1000 });
        book.given({ type: 'payment.capture', payment_id, amount: 1n, final: false });
        fail(book);
        book.passTime(1000);
        book.lapse();
      },
      [0, 1],
    ],
    [
      'a hold that is voided after a part was captured',
      (book) => {
        const payment_id = book.hold(2n, worker);
        book.given({ type: 'payment.capture', payment_id, amount: 1n, final: false });
        fail(book);
        book.given({ type: 'payment.void', payment_id });
      },
      [0, 1],
    ],
    [
      'a capture of all',
      (book) => book.given({ type: 'payment.capture', payment_id: book.hold(1n, worker), final: true }),
      [0, 0],
    ],
    [
      'a capture of nothing',
      (book) => book.given({ type: 'payment.capture', payment_id: book.hold(1n, worker), amount: 0n, final: true }),
      [0, 2],
    ],
    ['a payment at once', (book) => book.spend(1n, worker), [0, 0]],
    ['a payment that waits', (book) => book.hold(60n, worker), [0, 2]],
    [
      'a payment that waits and is taken back',
      (book) => book.given({ type: 'payment.void', payment_id: book.hold(60n, worker) }),
      [0, 2],
    ],
    [
      'a hold that ends because of a freeze',
      (book) => {
        book.hold(1n, worker);
        book.given({ type: 'agent.freeze', agent: 'worker', reason: '' });
      },
      [0, 2],
    ],
    [
      'a freeze that is lifted',
      (book) => {
        book.given({ type: 'agent.freeze', agent: 'worker', reason: '' });
        book.given({ type: 'agent.unfreeze', agent: 'worker' });
      },
      [0, 0],
    ],
    [
      'other numbers',
      (book) => book.given({ type: 'agent.change', agent: 'worker', breakers: { declines_in_a_row: 5 } }),
      [1, 2],
    ],
    ['a change of something else', (book) => book.given({ type: 'agent.change', agent: 'worker', limits: [] }), [1, 2]],
    ['a payment of another agent', (book) => book.spend(1n, { agent: 'other' }), [1, 2]],
  ])(
    'D7 given a refusal after two holds that came to nothing, then %s leaves the rows so',
    (_what, story, expected) => {
      const book = watched(MANY, { approval_above: { amount: '50', asset: 'USD' } });
      for (const step of [fail, fail, decline]) step(book);
      expect(rows(book)).toEqual([1, 2]);
      story(book);
      expect(rows(book)).toEqual(expected);
    },
  );
});

describe('Breakers that are changed', () => {
  it('E6 D7 given refusals so far, when fewer are then enough, then those before count, and the next one freezes', () => {
    const book = watched(MANY);
    decline(book);
    decline(book);
    book.given({ type: 'agent.change', agent: 'worker', breakers: { declines_in_a_row: 3 } });
    expect(book.agentOf('worker').status).toBe('active');
    decline(book);
    expect(book.agentOf('worker')).toMatchObject({ status: 'frozen', status_reason: 'breaker:declines_in_a_row' });
  });

  it('E6 given a window of the same name and maximum, then it keeps what it counted; with another maximum it begins at nothing', () => {
    const book = watched({ limits: [limit('hour', 10n), limit('day', 20n)] });
    book.spend(9n, worker);
    const counted = (): bigint[] =>
      book.agentOf('worker').breakers!.limits.map(({ usages }) => usages.reduce((sum, { spent }) => sum + spent, 0n));
    expect(counted()).toEqual([9n, 9n]);
    const change = (...limits: ReturnType<typeof limit>[]): unknown =>
      book.given({ type: 'agent.change', agent: 'worker', breakers: { limits } });
    change(limit('hour', 10n), limit('day', 21n), limit('week', 10n));
    expect(counted()).toEqual([9n, 0n, 0n]);
    expect(book.consider(book.payment(2n, worker))).toMatchObject({
      events: [{ decline: { rule: 'breaker:amount:hour:USD', spent: '9' } }, { type: 'agent.frozen' }],
    });
    book.given({ type: 'agent.change', agent: 'worker', breakers: null });
    change(limit('hour', 10n));
    expect([counted(), rows(book)]).toEqual([[0n], [0, 0]]);
  });

  it('A1 given windows of a breaker and of a limit that have one name, then each counts by itself', () => {
    const book = watched({ limits: [limit('day', 50n)] }, { limits: [limit('day', 60n)] });
    book.spend(50n, worker);
    expect(book.trySpend(1n, worker)).toStrictEqual({
      code: 'breaker_tripped',
      scope: { kind: 'agent', id: book.agentOf('worker').id },
      rule: 'breaker:amount:day:USD',
      asset: 'USD',
      limit: '50',
      spent: '50',
      held: '0',
      requested: '1',
      remaining: '0',
      resets_at: Date.UTC(2026, 2, 5),
    });
    expect(book.agentOf('worker').limits[0]!.usages).toMatchObject([{ spent: 50n }]);
  });
});

describe('Whom a breaker expects', () => {
  it('D7 given breakers that expect nobody in particular, then agents here and elsewhere are paid, and its window is told apart from those of limits', () => {
    const book = watched({ limits: [limit('hour', 10n)] });
    const id = book.agentOf('worker').id;
    book.agent('friend');
    const far = { agent: 'far', org: `org_${'7'.repeat(32)}` };
    for (const payee of [{ agent: 'friend' }, far, { service: 'mail' }])
      expect(book.trySpend(1n, { ...worker, payee })).toBeUndefined();
    const start = Date.UTC(2026, 2, 4, 12);
    expect(book.log.find(isPaymentEvent)).toMatchObject({
      windows: [[`${id}:breaker`, 'amount:hour:USD', start, start + 3_600_000]],
    });
  });

  const to = (payee: object) => ({ ...worker, payee }) as { agent: string; payee: { service: string } };
  it.each<[string, Breakers['expected'], object, string | undefined]>([
    ['services', { services: ['search'] }, { service: 'search' }, undefined],
    ['services', { services: ['search'] }, { service: 'mail' }, 'breaker:unexpected_service'],
    ['services', { services: ['search'] }, { agent: 'friend' }, undefined],
    ['agents', { payees: ['friend'] }, { agent: 'friend' }, undefined],
    ['agents', { payees: ['friend'] }, { agent: 'other' }, 'breaker:unexpected_payee'],
    ['agents', { payees: ['friend'] }, { service: 'mail' }, undefined],
    ['agents', { payees: [] }, { agent: 'far', org: `org_${'7'.repeat(32)}` }, 'breaker:unexpected_payee'],
    ['services', { services: [] }, { agent: 'far', org: `org_${'7'.repeat(32)}` }, undefined],
    ['nobody in particular', {}, { service: 'mail' }, undefined],
  ])('D7 given %s by %j, then a payment to %j is answered %s', (_what, expected, payee, rule) => {
    const book = new BookScenario();
    book.agent('friend');
    book.agent('other');
    const id = book.agent('worker', { breakers: { expected: expected! } });
    const refusal = book.trySpend(1n, to(payee));
    expect(refusal).toStrictEqual(rule && { code: 'breaker_tripped', scope: { kind: 'agent', id }, rule });
    expect(book.agentOf('worker').status).toBe(rule ? 'frozen' : 'active');
  });

  it('A10 given windows that are none of time, then they are refused, and so is an agent that nobody knows', () => {
    const book = watched(MANY);
    const change = (breakers: Breakers): string =>
      book.refused({ type: 'agent.change', agent: 'worker', breakers }).code;
    expect(change({ limits: [limit('day', 1n, { of: 'held' })] })).toBe('limits_conflict');
    expect(change({ limits: [limit('day', 1n), limit('payment', 1n)] })).toBe('limits_conflict');
    expect(change({ limits: [limit('lifetime', 1n, { of: 'count' })] })).toBe('limits_conflict');
    expect(change({ expected: { payees: ['nobody'] } })).toBe('agent_not_found');
  });
});
