import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit } from '#testing';
import { isPaymentEvent } from './events/index.js';
import type { LimitDefinition } from './limits.js';
import { PolicySimulation, type PolicyVerdict } from './policy-simulation.js';

const worker = { agent: 'worker' };

function simulate(book: BookScenario, ...limits: LimitDefinition[]): PolicyVerdict[] {
  const simulation = new PolicySimulation({ limits }, { kind: 'agent', id: book.agentOf('worker').id }, 0);
  return book.log.filter(isPaymentEvent).flatMap((event) => simulation.take(event) ?? []);
}

describe('Limits of a draft that count in no window of time', () => {
  it('A1 given one per payment, then each payment is looked at alone, exactly at it passes and one unit above does not', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const amount of [5n, 5n, 6n, 5n]) book.spend(amount, worker);
    const verdicts = simulate(book, limit('payment', 5n));
    expect(verdicts.map(({ kind }) => kind)).toEqual(['passes', 'passes', 'would_refuse', 'passes']);
    expect(verdicts[2]).toMatchObject({ decline: { code: 'per_payment_limit_exceeded', requested: '6', limit: '5' } });
  });

  it('A11 given one on what is held, when a payment was refused then, then it is asked as if it had been held', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit('day', 5n)] });
    book.tryHold(6n, worker);
    expect(simulate(book, limit('lifetime', 5n, { of: 'held' }))).toEqual([]);
    expect(simulate(book, limit('lifetime', 6n, { of: 'held' }))).toMatchObject([{ kind: 'would_pass' }]);
  });

  it('E1 given several windows beside one per payment, then each counts, and the first that refuses is named', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const amount of [4n, 4n, 4n]) book.spend(amount, worker);
    const verdicts = simulate(book, limit('payment', 4n), limit('day', 11n), limit('week', 8n));
    expect(verdicts.map((verdict) => ('decline' in verdict ? verdict.decline.rule : verdict.kind))).toEqual([
      'passes',
      'passes',
      'amount:day:USD',
    ]);
  });
});
