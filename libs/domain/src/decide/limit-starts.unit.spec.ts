import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario, limit, SCENARIO_ORG, type CommandInput } from '#testing';
import { isPaymentEvent } from '../events/index.js';
import { CycleFacts } from '../facts.js';
import { decide } from './index.js';

const DAY = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 2, 4);

/** What `decide` answers where only these facts are known. */
function decided(book: BookScenario, facts: CycleFacts, input: CommandInput) {
  const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: book.freshId(), ...input };
  return decide(book.state, facts, command, book.now, book.settings);
}

describe('The figure that a new limit starts from', () => {
  it('D5 given limits on pairs, then the question names the one payee, and that of any other limit names none', () => {
    const book = new BookScenario();
    const shop = book.agent('shop');
    const session_id = book.session(100n);
    const limits = [
      limit('day', 1n),
      limit('day', 1n, { service: 'search' }),
      limit('day', 1n, { payee: 'shop' }),
      limit({ rolling_seconds: 60 }, 1n),
    ];
    const question = { scope: { kind: 'session', id: session_id }, asset: 'USD', since: MIDNIGHT };
    expect(decided(book, new CycleFacts(), { type: 'session.change', session_id, limits })).toStrictEqual({
      kind: 'needs',
      missing: {
        usages: [
          question,
          { ...question, service: 'search' },
          { ...question, payee: shop },
          { ...question, since: book.now - 60_000, step_ms: 1000 },
        ],
      },
    });
  });

  it('D5 given what this cycle has decided, then of that only what the limit concerns is added to the log’s figure', () => {
    const book = new BookScenario();
    const [worker, other] = [book.agent('worker'), book.agent('other')];
    book.spend(1n, { agent: 'worker' });
    const from = book.log.length;
    book.spend(3n, { agent: 'worker' });
    book.hold(4n, { agent: 'worker' });
    book.spend(50n, { agent: 'other' });
    book.passTime(DAY);
    const facts = new CycleFacts();
    for (const event of book.log.slice(from).filter(isPaymentEvent)) facts.note(event, '0:1');
    const limits = [limit({ rolling_seconds: 3 * 86_400 }, 100n, { service: 'search' })];
    for (const [id, start] of [
      [worker, { spent: '4', held: '4', count: 3 }],
      [other, { spent: '51', held: '0', count: 2 }],
    ] as const) {
      const change = { type: 'agent.change', agent: id, limits } as const;
      const asked = decided(book, facts, change);
      if (asked.kind !== 'needs') throw new Error('expected a question');
      facts.learnUsage(asked.missing.usages![0]!, { spent: 1n, held: 0n, count: 1 });
      expect(decided(book, facts, change)).toMatchObject({ events: [{ starts: [start] }] });
    }
  });

  it('E5 given an agent all of whose money came back, when its payments are counted per day, then yesterday’s is not', () => {
    const book = new BookScenario();
    book.agent('worker');
    book.given({ type: 'payment.refund', payment_id: book.spend(5n, { agent: 'worker' }) });
    book.passTime(DAY);
    book.given({ type: 'agent.change', agent: 'worker', limits: [limit('day', 1, { of: 'count' })] });
    expect(book.trySpend(1n, { agent: 'worker' })).toBeUndefined();
    expect(book.trySpend(1n, { agent: 'worker' })).toMatchObject({ code: 'count_limit_exceeded', spent: '1' });
  });
});
