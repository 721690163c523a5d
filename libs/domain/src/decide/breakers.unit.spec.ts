import { describe, expect, it } from '@jest/globals';
import { BookScenario, dumpBook, type CommandInput } from '#testing';
import type { Breakers } from '../breakers.js';

const watched = (breakers: Breakers, fields: object = {}): BookScenario => {
  const book = new BookScenario();
  book.agent('worker', { breakers, ...fields });
  return book;
};
const perMinute = (of: 'amount' | 'count', maximum: string) =>
  ({ of, per: { rolling_seconds: 60 }, maximum, asset: 'USD' }) as const;
const worker = { agent: 'worker' };

describe('Breakers', () => {
  it('D7 given so many refusals in a row, then the one too many is recorded and the agent is frozen and says why', () => {
    const limits = [{ of: 'amount', per: 'payment', maximum: '5', asset: 'USD' }] as const;
    const book = watched({ declines_in_a_row: 3 }, { limits });
    book.trySpend(6n, worker);
    book.trySpend(6n, worker);
    expect(book.trySpend(5n, worker)).toBeUndefined();
    for (let count = 0; count < 2; count++)
      expect(book.trySpend(6n, worker)).toMatchObject({ code: 'per_payment_limit_exceeded' });
    expect(book.agentOf('worker').status).toBe('active');
    const hold = book.hold(1n, worker);
    // The hold passed, so the row began anew.
    for (let count = 0; count < 3; count++)
      expect(book.trySpend(6n, worker)).toMatchObject({ code: 'per_payment_limit_exceeded' });
    expect(book.agentOf('worker')).toMatchObject({ status: 'frozen', status_reason: 'breaker:declines_in_a_row' });
    expect(book.state.payments.get(hold)).toBeUndefined();
    expect(book.log.at(-2)).toMatchObject({ type: 'agent.frozen', breaker: 'breaker:declines_in_a_row' });
    expect(book.trySpend(1n, worker)).toMatchObject({ code: 'agent_frozen' });
    book.given({ type: 'agent.unfreeze', agent: 'worker' });
    expect(book.trySpend(6n, worker)).toMatchObject({ code: 'per_payment_limit_exceeded' });
    expect(book.agentOf('worker').status).toBe('active');
  });

  it('A1 given a sum per interval, then exactly at it passes, and the unit above is refused and freezes', () => {
    const book = watched({ limits: [perMinute('amount', '10'), perMinute('count', '3')] });
    expect(book.trySpend(10n, worker)).toBeUndefined();
    expect(book.trySpend(1n, worker)).toMatchObject({
      code: 'breaker_tripped',
      rule: 'breaker:amount:rolling-60s:USD',
      spent: '10',
      limit: '10',
    });
    expect(book.agentOf('worker').status).toBe('frozen');
  });

  it('E1 given a number of calls per interval, then those of the interval before count no more', () => {
    const book = watched({ limits: [perMinute('count', '2')] });
    for (let round = 0; round < 3; round++) {
      expect(book.trySpend(1n, worker)).toBeUndefined();
      expect(book.trySpend(1n, worker)).toBeUndefined();
      book.passTime(62_000);
    }
    book.spend(1n, worker);
    book.spend(1n, worker);
    expect(book.trySpend(1n, worker)).toMatchObject({ code: 'breaker_tripped' });
  });

  it('given services and payees that are expected, then any other is refused and freezes', () => {
    const book = new BookScenario();
    book.agent('friend');
    book.agent('other');
    book.agent('worker', { breakers: { expected: { services: ['search'], payees: ['friend'] } } });
    expect(book.trySpend(1n, { ...worker, payee: { agent: 'friend' } })).toBeUndefined();
    expect(book.trySpend(1n, { ...worker, payee: { agent: 'other' } })).toMatchObject({
      code: 'breaker_tripped',
      rule: 'breaker:unexpected_payee',
    });
    expect(book.agentOf('worker').status).toBe('frozen');
  });

  it('B1 given holds that come to nothing one after the other, then the last of them freezes, and the others end too', () => {
    const book = watched({ failures_in_a_row: 2 });
    const open = book.hold(1n, worker);
    book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });
    const last = book.hold(1n, { ...worker, expires_in_ms: 1_000 });
    book.passTime(1_000);
    book.when({ type: 'payment.lapse', payment_id: last, credential: { subject: 'owner', proven_by: 'owner' } });
    expect(book.agentOf('worker')).toMatchObject({ status: 'frozen', status_reason: 'breaker:failures_in_a_row' });
    expect(book.state.payments.get(open)).toBeUndefined();
    expect(book.agentOf('worker').totals.USD!.held).toBe(0n);
  });

  it('given a capture between two holds that come to nothing, then the row begins anew', () => {
    const book = watched({ failures_in_a_row: 2 });
    book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });
    book.given({ type: 'payment.capture', payment_id: book.hold(1n, worker), final: true });
    book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });
    expect(book.agentOf('worker').status).toBe('active');
  });

  it('B1 given a void that is one too many, then it freezes, and what else is held is voided because of that', () => {
    const book = watched({ failures_in_a_row: 2 });
    const open = book.hold(1n, worker);
    book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });
    const last = book.hold(1n, worker);
    book.given({ type: 'payment.void', payment_id: last });
    expect(book.log.slice(-3)).toMatchObject([
      { type: 'payment.voided', payment_id: last, reason: 'requested' },
      { type: 'agent.frozen', reason: 'breaker:failures_in_a_row', breaker: 'breaker:failures_in_a_row' },
      { type: 'payment.voided', payment_id: open, reason: 'agent_frozen' },
    ]);
  });

  it.each<[string, object, string[]]>([
    ['a capture', { type: 'payment.capture', final: true }, ['payment.capture_refused', 'payment.expired']],
    ['a dispatch', { type: 'payment.dispatch' }, ['payment.expired']],
    ['an extension', { type: 'payment.extend', expires_in_ms: 1_000 }, ['payment.expired']],
  ])('B1 B6 given %s too late, which ends one hold too many, then it freezes in that decision', (_what, step, ends) => {
    const book = watched({ failures_in_a_row: 2 });
    const open = book.hold(1n, worker);
    book.given({ type: 'payment.void', payment_id: book.hold(1n, worker) });
    const payment_id = book.hold(1n, { ...worker, expires_in_ms: 1_000 });
    book.passTime(1_000);
    const from = book.log.length;
    book.when({ ...step, payment_id } as CommandInput);
    expect(book.typesSince(from)).toEqual([...ends, 'agent.frozen', 'payment.voided']);
    expect(book.log.slice(-3)).toMatchObject([
      { type: 'payment.expired', payment_id },
      { type: 'agent.frozen', reason: 'breaker:failures_in_a_row' },
      { type: 'payment.voided', payment_id: open, reason: 'agent_frozen' },
    ]);
    expect(book.log.map(({ sequence }) => sequence)).toEqual(book.log.map((_event, index) => index + 1));
  });

  it('given holds of which a part was captured, when the rest is voided, then they have not failed', () => {
    const book = watched({ failures_in_a_row: 1 });
    const payment_id = book.hold(2n, worker);
    book.given({ type: 'payment.capture', payment_id, amount: 1n, final: false });
    book.given({ type: 'payment.void', payment_id });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.voided' });
    expect(book.agentOf('worker').status).toBe('active');
  });

  it('given holds that only waited for an approval, when they are voided, then they have not failed', () => {
    const book = watched({ failures_in_a_row: 1 }, { approval_above: { amount: '5', asset: 'USD' } });
    book.given({ type: 'payment.void', payment_id: book.hold(6n, worker) });
    expect(book.log.at(-1)).toMatchObject({ type: 'payment.voided', was_pending: true });
    expect(book.agentOf('worker').status).toBe('active');
  });

  it('A6 given holds of a scoped agent that come to nothing, then its agent is frozen: the row is the agent’s', () => {
    const book = watched({ failures_in_a_row: 1 });
    const scoped_agent_id = `agt_${'9'.repeat(32)}`;
    book.given({ type: 'agent.scope', agent: 'worker', scoped_agent_id, amount: 10n, asset: 'USD', labels: {} });
    book.given({ type: 'payment.void', payment_id: book.hold(1n, { agent: scoped_agent_id }) });
    expect(book.agentOf('worker').status).toBe('frozen');
    expect(book.agentOf(scoped_agent_id).status).toBe('active');
  });

  it('D7 given an agent that is frozen already, when it is refused once more, then it is not frozen once more', () => {
    const book = watched({ declines_in_a_row: 1 });
    book.given({ type: 'agent.freeze', agent: 'worker', reason: 'by hand' });
    const from = book.log.length;
    expect(book.trySpend(1n, worker)).toMatchObject({ code: 'agent_frozen' });
    expect(book.typesSince(from)).toEqual(['payment.declined']);
    expect(book.agentOf('worker').status_reason).toBe('by hand');
  });

  it('E6 D4 given breakers that are changed and taken away, then the next payment obeys that, and replay gives the same', () => {
    const book = watched({ limits: [perMinute('amount', '10')] });
    book.spend(9n, worker);
    book.given({
      type: 'agent.change',
      agent: 'worker',
      breakers: { limits: [perMinute('amount', '10')], declines_in_a_row: 9 },
    });
    expect(book.consider(book.payment(2n, worker))).toMatchObject({
      events: [{ type: 'payment.declined' }, { type: 'agent.frozen' }],
    });
    book.given({ type: 'agent.change', agent: 'worker', breakers: null });
    expect(book.trySpend(100n, worker)).toBeUndefined();
    expect(dumpBook(book.replayed())).toBe(dumpBook(book.state));
    expect(
      book.refused({
        type: 'agent.change',
        agent: 'worker',
        breakers: { limits: [{ ...perMinute('amount', '1'), per: 'lifetime' }] },
      }),
    ).toMatchObject({
      code: 'limits_conflict',
    });
  });
});
