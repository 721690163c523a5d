import { beforeEach, describe, expect, it } from '@jest/globals';
import { limitId, type LimitDefinition } from '../limits.js';
import { BookScenario, limit } from '#testing';

let book: BookScenario;
let before: LimitDefinition[];

beforeEach(() => {
  book = new BookScenario();
  before = [limit('lifetime', 100n), limit('day', 20n), limit('day', 5, { of: 'count' })];
  book.agent('worker', { limits: before });
});

const change = (changes: object): object => book.given({ type: 'agent.change', agent: 'worker', ...changes });
const limits = (): LimitDefinition[] => book.agentOf('worker').limits.map(({ definition }) => definition);

describe('Changes of single limits of an agent', () => {
  it('E6 given two changes made from the same reading, when both are decided, then both hold', () => {
    change({ set_limits: [limit('lifetime', 50n)] });
    change({ set_limits: [limit('payment', 7n)] });
    change({ set_limits: [limit('day', 9n)], lift_limits: [{ of: 'count', per: 'day' }] });
    expect(limits()).toEqual([limit('lifetime', 50n), limit('day', 9n), limit('payment', 7n)]);
    expect(book.trySpend(8n, { agent: 'worker' })?.rule).toBe('amount:payment:USD');
    book.spend(7n, { agent: 'worker' });
    expect(book.trySpend(3n, { agent: 'worker' })).toMatchObject({ rule: 'amount:day:USD', limit: '9', spent: '7' });
  });

  it('D7 given one limit is changed, then the event carries the whole list that follows, and a replay the same', () => {
    expect(change({ set_limits: [limit('day', 9n)] })).toMatchObject({
      type: 'agent.changed',
      limits: [limit('lifetime', 100n), limit('day', 9n), limit('day', 5, { of: 'count' })],
    });
    expect(book.replayed().agents.get(book.agentOf('worker').id)).toEqual(book.agentOf('worker'));
  });

  it('E6 given a top-up raised the cap meanwhile, when another limit is changed, then the raise is kept', () => {
    book.given({ type: 'topup', target: { agent: 'worker' }, amount: 11n, asset: 'USD' });
    change({ set_limits: [limit('payment', 7n)] });
    expect(limits()[0]).toEqual(limit('lifetime', 111n));
  });

  it('E5 given a window that the agent had not, when it is set, then it starts from what the log says was spent', () => {
    book.spend(6n, { agent: 'worker' });
    const event = change({ set_limits: [limit('hour', 10n), limit('day', 12n)] });
    expect(event).toMatchObject({ starts: [{ limit: 'amount:hour:USD', spent: '6', held: '0', count: 1 }] });
    expect(book.trySpend(5n, { agent: 'worker' })).toMatchObject({ rule: 'amount:hour:USD', spent: '6' });
    expect(book.trySpend(4n, { agent: 'worker' })).toBeUndefined();
  });

  it('E6 given a cap is lowered below what is used, then nothing more passes, and raised again it passes at once', () => {
    book.spend(12n, { agent: 'worker' });
    change({ set_limits: [limit('day', 10n)] });
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ limit: '10', spent: '12', remaining: '0' });
    change({ set_limits: [limit('day', 13n)] });
    expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
  });

  it('A11 given limits are lifted, then those of the kind are gone in the assets named, and no others', () => {
    change({ set_limits: [limit('lifetime', 3n, { asset: 'JPY' }), limit('day', 4n, { time_zone: 'Asia/Kolkata' })] });
    change({
      lift_limits: [
        { of: 'amount', per: 'day', asset: 'USD' },
        { of: 'amount', per: 'lifetime' },
      ],
    });
    expect(limits().map(limitId)).toEqual(['count:day:USD', 'amount:day:USD:Asia/Kolkata']);
  });

  it('A10 given the same limit is set twice, or lifted where there is none, then it is refused, or nothing changes', () => {
    const twice = [limit('day', 1n), limit('day', 2n)];
    expect(book.refused({ type: 'agent.change', agent: 'worker', set_limits: twice })).toMatchObject({
      code: 'limits_conflict',
      scope: { id: 'amount:day:USD' },
    });
    change({ lift_limits: [{ of: 'held', per: 'lifetime' }] });
    expect(limits()).toEqual(before);
  });
});
