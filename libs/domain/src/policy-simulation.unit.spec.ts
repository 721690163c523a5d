import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';
import { isPaymentEvent } from './events.js';
import type { LimitDefinition } from './limits.js';
import { PolicySimulation, type DraftPolicy } from './policy-simulation.js';

const limit = (fields: Partial<LimitDefinition> & { maximum: string }): LimitDefinition => ({
  of: 'amount',
  per: 'day',
  asset: 'USD',
  ...fields,
});

function simulate(book: BookScenario, draft: DraftPolicy, from = 0) {
  const agent = book.agentOf('worker').id;
  const simulation = new PolicySimulation(draft, { kind: 'agent', id: agent }, from);
  const events = book.log.filter(isPaymentEvent).filter((event) => event.payer.agent_id === agent);
  return events.flatMap((event) => simulation.take(event) ?? []);
}

describe('A draft policy run against recorded payments', () => {
  it('A11 given a cap, then it would have refused what is a unit above it, and what it refuses counts no further', () => {
    const book = new BookScenario();
    book.agent('worker');
    for (const amount of [6n, 5n, 4n]) book.spend(amount, { agent: 'worker' });
    expect(simulate(book, { limits: [limit({ maximum: '10' })] })).toMatchObject([
      { kind: 'passes' },
      { kind: 'would_refuse', decline: { code: 'window_limit_exceeded', spent: '6', requested: '5', remaining: '4' } },
      { kind: 'passes' },
    ]);
  });

  it('D5 given captures, voids and refunds, then they count in the draft as they count in the book', () => {
    const book = new BookScenario();
    book.agent('worker');
    const [voided, captured] = [book.hold(5n, { agent: 'worker' }), book.hold(5n, { agent: 'worker' })];
    book.given({ type: 'payment.void', payment_id: voided });
    book.given({ type: 'payment.capture', payment_id: captured, amount: 2n, final: true });
    const paid = book.spend(8n, { agent: 'worker' });
    book.given({ type: 'payment.refund', payment_id: paid, amount: 3n });
    book.spend(3n, { agent: 'worker' });
    book.spend(1n, { agent: 'worker' });
    const verdicts = simulate(book, { limits: [limit({ per: 'lifetime', maximum: '10' })] });
    expect(verdicts.map(({ kind }) => kind)).toEqual(['passes', 'passes', 'passes', 'passes', 'would_refuse']);
  });

  it('given payments before the period, then they fill the windows and are not judged', () => {
    const book = new BookScenario();
    book.agent('worker');
    book.spend(9n, { agent: 'worker' });
    book.passTime(1_000);
    const from = book.now;
    book.spend(2n, { agent: 'worker' });
    expect(simulate(book, { limits: [limit({ maximum: '10' })] }, from)).toMatchObject([{ kind: 'would_refuse' }]);
    expect(simulate(book, { limits: [], lists: { deny: { services: ['search'] } } }, from)).toMatchObject([
      { kind: 'would_refuse', decline: { code: 'service_not_allowed', rule: 'deny:services' } },
    ]);
  });

  it('given a payment that the agent’s own limit refused, then a wider draft would let it pass; another’s refusal stays', () => {
    const book = new BookScenario();
    book.agent('worker', { limits: [limit({ maximum: '5' })] });
    const session = book.session(1n);
    book.trySpend(6n, { agent: 'worker' });
    book.trySpend(2n, { agent: 'worker', session_id: session });
    expect(simulate(book, { limits: [limit({ maximum: '6' })] })).toMatchObject([
      { kind: 'would_pass', declined: { code: 'window_limit_exceeded' } },
    ]);
    expect(simulate(book, { limits: [limit({ maximum: '5' })] })).toEqual([]);
  });

  it('A1 given the limits that the agent has, then the draft refuses nothing that passed: decision and simulation agree', () => {
    const limits = [limit({ maximum: '50' }), limit({ of: 'count', per: 'hour', maximum: '4' })];
    const book = new BookScenario();
    book.agent('worker', { limits });
    for (let index = 0; index < 30; index++) {
      book.trySpend(BigInt(1 + (index % 7)), { agent: 'worker' });
      book.passTime(700_000);
    }
    const verdicts = simulate(book, { limits });
    expect(verdicts.length).toBeGreaterThan(10);
    expect(verdicts.filter(({ kind }) => kind !== 'passes')).toEqual([]);
  });
});
