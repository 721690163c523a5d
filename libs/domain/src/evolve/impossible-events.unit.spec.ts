import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';
import type { BookEvent } from '../events/index.js';
import { evolve } from './index.js';

type Falsified = readonly [what: string, says: string, event: (book: BookScenario) => object];

const last = (book: BookScenario): BookEvent => book.log.at(-1)!;

describe('An event that no decision could have made', () => {
  it.each<Falsified>([
    [
      'ends a hold that is not open',
      'no open hold for pay_x',
      (book) => {
        book.given({ type: 'payment.void', payment_id: book.hold(1n) });
        return { ...last(book), payment_id: 'pay_x' };
      },
    ],
    [
      'approves a payment that does not wait',
      'no open hold for pay_x',
      (book) => {
        book.hold(1n);
        return { ...last(book), type: 'payment.approved', payment_id: 'pay_x', approval_id: 'apr_x' };
      },
    ],
    [
      'changes a session that is not there',
      'no session ses_x',
      (book) => {
        book.given({ type: 'session.change', session_id: book.session(1n), budget: 2n });
        return { ...last(book), session_id: 'ses_x' };
      },
    ],
    [
      'changes an agent that is not there',
      'no agent agt_x',
      (book) => {
        book.given({ type: 'agent.change', agent: book.agent('worker'), limits: [] });
        return { ...last(book), agent_id: 'agt_x' };
      },
    ],
    [
      'moves money of another asset on a wallet',
      'posting of JPY on a wallet of USD',
      (book) => {
        book.spend(1n);
        const event = last(book) as Extract<BookEvent, { type: 'payment.transferred' }>;
        return { ...event, postings: event.postings.map((posting) => ({ ...posting, asset: 'JPY' })) };
      },
    ],
  ])('D8 given one that %s, when it is folded, then it throws and says what is wrong', (_what, says, falsify) => {
    const book = new BookScenario();
    const event = falsify(book);
    expect(() => evolve(book.state, { ...event, sequence: book.log.length + 1 } as BookEvent)).toThrow(says);
  });
});
