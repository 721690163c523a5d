import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, type CommandInput } from '#testing';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';

const about = (code: RefusalCode, kind: ScopeKind, id: string): Decline => ({ code, scope: { kind, id } });

type Refused = readonly [
  what: string,
  story: (book: BookScenario) => readonly [command: CommandInput, refusal: Decline],
];

const DAY = 86_400_000;

const waits = (book: BookScenario): string => {
  book.agent('ada', { approval_above: { amount: '5', asset: 'USD' } });
  return book.hold(6n, { agent: 'ada' }).replace('pay_', 'apr_');
};

const decisions: Refused[] = [
  ...(['approval.approve', 'approval.deny'] as const).flatMap((type): Refused[] => [
    [
      `${type} of what nobody asked for`,
      () => [{ type, approval_id: 'apr_x' }, about('approval_not_found', 'approval', 'apr_x')],
    ],
    [
      `${type} of what is decided`,
      (book) => {
        const approval_id = waits(book);
        book.given({ type: 'approval.approve', approval_id });
        return [{ type, approval_id }, about('approval_not_pending', 'approval', approval_id)];
      },
    ],
  ]),
  [
    'an approval that the payee’s revocation forbids',
    (book) => {
      const shop = book.agent('shop');
      book.agent('ada', { approval_above: { amount: '5', asset: 'USD' } });
      const payment = book.hold(6n, { agent: 'ada', payee: { agent: 'shop' } });
      book.given({ type: 'agent.revoke', agent: 'shop' });
      return [
        { type: 'approval.approve', approval_id: payment.replace('pay_', 'apr_') },
        about('payee_not_found', 'agent', shop),
      ];
    },
  ],
  [
    'a grant of nothing',
    () => [
      { type: 'grant.create', payee: { service: 'search' }, limit: limit('day', 0n) },
      about('amount_not_positive', 'request', 'amount'),
    ],
  ],
  [
    'a grant for an agent that is revoked',
    (book) => {
      const id = book.agent('ada');
      book.given({ type: 'agent.revoke', agent: 'ada' });
      return [
        { type: 'grant.create', agent: id, payee: { service: 'search' }, limit: limit('day', 1n) },
        about('agent_not_active', 'agent', id),
      ];
    },
  ],
  [
    'a grant that nobody knows',
    () => [{ type: 'grant.revoke', grant_id: 'grt_x' }, about('grant_not_found', 'grant', 'grt_x')],
  ],
  ...(['authorized', 'pending'] as const).map((status): Refused => [
    `a resolution of what is ${status}`,
    (book) => {
      const payment_id = status === 'authorized' ? book.hold(6n) : waits(book).replace('apr_', 'pay_');
      return [
        { type: 'payment.resolve', payment_id, outcome: 'captured' },
        about('payment_not_resolvable', 'payment', payment_id),
      ];
    },
  ]),
  [
    'a resolution of what is over',
    (book) => {
      const payment_id = book.spend(6n);
      return [
        { type: 'payment.resolve', payment_id, outcome: 'captured' },
        about('payment_not_resolvable', 'payment', payment_id),
      ];
    },
  ],
  [
    'a resolution as captured with nothing',
    (book) => {
      const payment_id = book.hold(6n);
      book.given({ type: 'payment.dispatch', payment_id });
      return [
        { type: 'payment.resolve', payment_id, outcome: 'captured', amount: 0n },
        about('amount_not_positive', 'request', 'amount'),
      ];
    },
  ],
  [
    'an extension that makes a hold no longer',
    (book) => {
      const payment_id = book.hold(6n);
      return [
        { type: 'payment.extend', payment_id, expires_in_ms: 900_000 },
        about('hold_not_extended', 'payment', payment_id),
      ];
    },
  ],
  [
    'an extension beyond what any hold may live',
    (book) => {
      const payment_id = book.hold(6n);
      return [
        { type: 'payment.extend', payment_id, expires_in_ms: 366 * DAY + 1 },
        about('hold_life_exceeded', 'payment', payment_id),
      ];
    },
  ],
  [
    'an extension of what was dispatched',
    (book) => {
      const payment_id = book.hold(6n);
      book.given({ type: 'payment.dispatch', payment_id });
      return [
        { type: 'payment.extend', payment_id, expires_in_ms: DAY },
        about('payment_dispatched', 'payment', payment_id),
      ];
    },
  ],
  [
    'an extension after the time of a session above',
    (book) => {
      const root = book.session(10n, { expires_in_ms: 1000 });
      const session_id = book.session(10n, { parent_session_id: root });
      const payment_id = book.hold(6n, { session_id });
      book.passTime(1000);
      return [{ type: 'payment.extend', payment_id, expires_in_ms: DAY }, about('session_not_open', 'session', root)];
    },
  ],
  [
    'an extension of what is over',
    (book) => {
      const payment_id = book.spend(6n);
      return [
        { type: 'payment.extend', payment_id, expires_in_ms: DAY },
        about('payment_not_extendable', 'payment', payment_id),
      ];
    },
  ],
];

describe('A refusal about an approval, a grant or a hold says which rule it is and what it is about', () => {
  it.each(decisions)('D7 given %s', (_what, story) => {
    const book = new BookScenario({ treasury: ONE });
    const [command, refusal] = story(book);
    expect(refusalOf(book.consider(command))).toStrictEqual(refusal);
  });
});
