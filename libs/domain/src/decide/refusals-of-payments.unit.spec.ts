import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';

/** A refusal without figures. */
const about = (code: RefusalCode, kind: ScopeKind, id: string): Decline => ({ code, scope: { kind, id } });

type Refused = readonly [what: string, story: (book: BookScenario) => { command: CommandInput; refusal: Decline }];

const OTHER_ORG = `org_${'7'.repeat(32)}`;
const above = { amount: '5', asset: 'USD' } as const;

const payments: Refused[] = [
  [
    'a payment of nothing',
    (book) => ({ command: book.payment(0n), refusal: about('amount_not_positive', 'request', 'amount') }),
  ],
  [
    'a payment in another asset than its session’s',
    (book) => {
      book.agent('worker');
      const session_id = book.session(10n);
      return {
        command: book.payment(1n, { agent: 'worker', session_id, asset: 'JPY' }),
        refusal: about('asset_mismatch', 'session', session_id),
      };
    },
  ],
  [
    'a payment in an asset of which its agent has no limit',
    (book) => {
      const id = book.agent('worker', { limits: [limit('day', 10n)] });
      return {
        command: book.payment(1n, { agent: 'worker', asset: 'JPY' }),
        refusal: about('asset_mismatch', 'agent', id),
      };
    },
  ],
  [
    'a payment in an asset of which the org has no limit',
    (book) => {
      book.agent('worker');
      book.given({ type: 'organization.change', limits: [limit('day', 10n)] });
      return {
        command: book.payment(1n, { agent: 'worker', asset: 'JPY' }),
        refusal: about('asset_mismatch', 'organization', SCENARIO_ORG),
      };
    },
  ],
  [
    'a payment above what one may be',
    (book) => {
      const id = book.agent('worker', { limits: [limit('payment', 10n)] });
      return {
        command: book.payment(11n, { agent: 'worker' }),
        refusal: {
          ...about('per_payment_limit_exceeded', 'agent', id),
          rule: 'amount:payment:USD',
          asset: 'USD',
          limit: '10',
          spent: '0',
          held: '0',
          requested: '11',
          remaining: '10',
        },
      };
    },
  ],
  [
    'a session that is not below the token’s',
    (book) => {
      const own = book.session(10n);
      const session_id = book.session(10n);
      return {
        command: book.payment(1n, { session_id, credential: { subject: own, proof: 'session proof' } }),
        refusal: about('session_not_found', 'session', session_id),
      };
    },
  ],
  [
    'an agent that is not below the token’s',
    (book) => {
      const own = book.agent('own');
      book.agent('other');
      return {
        command: book.payment(1n, { agent: 'other', credential: { subject: own, proof: 'own proof' } }),
        refusal: about('agent_not_own', 'agent', 'other'),
      };
    },
  ],
  [
    'a session token where no agent is known that could pay',
    (book) => {
      const own = book.session(10n);
      return {
        command: book.payment(1n, { credential: { subject: own, proof: 'session proof' } }),
        refusal: about('agent_not_found', 'agent', 'default'),
      };
    },
  ],
  [
    'a session token that names an agent of its own choice',
    (book) => {
      book.agent('holder');
      book.agent('other');
      const own = book.session(10n, { agent: 'holder' });
      return {
        command: book.payment(1n, { agent: 'other', credential: { subject: own, proof: 'session proof' } }),
        refusal: about('agent_not_own', 'agent', 'other'),
      };
    },
  ],
  [
    'a payee that nobody knows',
    (book) => ({
      command: book.payment(1n, { payee: { agent: 'stranger' } }),
      refusal: about('payee_not_found', 'agent', 'stranger'),
    }),
  ],
  [
    'a payment to oneself',
    (book) => {
      const id = book.agent('worker');
      return {
        command: book.payment(1n, { agent: 'worker', payee: { agent: 'worker' } }),
        refusal: about('payee_is_payer', 'agent', id),
      };
    },
  ],
  [
    'a session that is closed',
    (book) => {
      const session_id = book.session(10n);
      book.given({ type: 'session.close', session_id });
      return {
        command: book.payment(1n, { session_id }),
        refusal: about('session_closed', 'session', session_id),
      };
    },
  ],
  [
    'a session whose time is over',
    (book) => {
      const session_id = book.session(10n, { expires_in_ms: 1000 });
      book.passTime(1000);
      return {
        command: book.payment(1n, { session_id }),
        refusal: about('session_expired', 'session', session_id),
      };
    },
  ],
  [
    'a session that is not open to the token’s agent',
    (book) => {
      const id = book.agent('worker');
      const session_id = book.session(10n);
      return {
        command: book.payment(1n, { session_id, credential: { subject: id, proof: 'worker proof' } }),
        refusal: about('session_not_open_to_agent', 'session', session_id),
      };
    },
  ],
];

const steps: Refused[] = [
  ...(['capture', 'dispatch', 'extend'] as const).map((step): Refused => [
    `a ${step} of what waits for an approval`,
    (book) => {
      book.agent('worker', { approval_above: above });
      const payment_id = book.hold(6n, { agent: 'worker' });
      return {
        command: {
          capture: { type: 'payment.capture', payment_id, final: true } as const,
          dispatch: { type: 'payment.dispatch', payment_id } as const,
          extend: { type: 'payment.extend', payment_id, expires_in_ms: ONE_DAY } as const,
        }[step],
        refusal: about('payment_pending_approval', 'payment', payment_id),
      };
    },
  ]),
  ...([-1n, 0n] as const).map((amount): Refused => [
    `a capture of ${amount} with more to come`,
    (book) => ({
      command: { type: 'payment.capture', payment_id: book.hold(5n), amount, final: false },
      refusal: about('amount_not_positive', 'request', 'amount'),
    }),
  ]),
  [
    'a capture of a part, with more to come, for another org',
    (book) => {
      const payment_id = book.hold(5n, { payee: { agent: 'shop', org: OTHER_ORG } });
      return {
        command: { type: 'payment.capture', payment_id, amount: 1n, final: false },
        refusal: { ...about('payment_not_capturable', 'payment', payment_id), rule: 'final' },
      };
    },
  ],
  [
    'a capture of more than is held',
    (book) => {
      const payment_id = book.hold(5n);
      return {
        command: { type: 'payment.capture', payment_id, amount: 6n, final: true },
        refusal: {
          ...about('capture_exceeds_hold', 'payment', payment_id),
          asset: 'USD',
          limit: '5',
          requested: '6',
        },
      };
    },
  ],
  [
    'a capture that comes too late',
    (book) => {
      const payment_id = book.hold(5n, { expires_in_ms: 1000 });
      book.passTime(1000);
      return {
        command: { type: 'payment.capture', payment_id, amount: 4n, final: true },
        refusal: { ...about('hold_expired', 'payment', payment_id), asset: 'USD', held: '5', requested: '4' },
      };
    },
  ],
  ...(['capture', 'void', 'dispatch', 'extend'] as const).map((step): Refused => [
    `a ${step} of a hold that has lapsed`,
    (book) => {
      const payment_id = book.hold(5n, { expires_in_ms: 1000 });
      book.passTime(1000);
      book.lapse();
      return {
        command: {
          capture: { type: 'payment.capture', payment_id, final: true } as const,
          void: { type: 'payment.void', payment_id } as const,
          dispatch: { type: 'payment.dispatch', payment_id } as const,
          extend: { type: 'payment.extend', payment_id, expires_in_ms: ONE_DAY } as const,
        }[step],
        refusal: about('hold_expired', 'payment', payment_id),
      };
    },
  ]),
  [
    'a step of a payment that nobody knows',
    () => ({
      command: { type: 'payment.void', payment_id: 'pay_unknown' },
      refusal: about('payment_not_found', 'payment', 'pay_unknown'),
    }),
  ],
  [
    'a second dispatch',
    (book) => {
      const payment_id = book.hold(5n);
      book.given({ type: 'payment.dispatch', payment_id });
      return {
        command: { type: 'payment.dispatch', payment_id },
        refusal: about('payment_dispatched', 'payment', payment_id),
      };
    },
  ],
  [
    'a void of what was dispatched, by the token of its session',
    (book) => {
      book.agent('holder');
      const session_id = book.session(10n, { agent: 'holder' });
      const payment_id = book.hold(5n, { session_id });
      book.given({ type: 'payment.dispatch', payment_id });
      return {
        command: { type: 'payment.void', payment_id, credential: { subject: session_id, proof: 'session proof' } },
        refusal: about('payment_dispatched', 'payment', payment_id),
      };
    },
  ],
];

const refunds: Refused[] = [
  [
    'a refund of a hold',
    (book) => {
      const payment_id = book.hold(5n);
      return {
        command: { type: 'payment.refund', payment_id },
        refusal: about('payment_not_refundable', 'payment', payment_id),
      };
    },
  ],
  [
    'a refund of what was voided',
    (book) => {
      const payment_id = book.hold(5n);
      book.given({ type: 'payment.void', payment_id });
      return {
        command: { type: 'payment.refund', payment_id },
        refusal: about('payment_not_refundable', 'payment', payment_id),
      };
    },
  ],
  [
    'a refund of what went to another org',
    (book) => {
      const payment_id = book.spend(5n, { payee: { agent: 'shop', org: OTHER_ORG } });
      return {
        command: { type: 'payment.refund', payment_id },
        refusal: about('refund_is_payees', 'payment', payment_id),
      };
    },
  ],
  [
    'a refund of more than was captured',
    (book) => {
      const payment_id = book.spend(5n);
      book.given({ type: 'payment.refund', payment_id, amount: 2n });
      return {
        command: { type: 'payment.refund', payment_id, amount: 4n },
        refusal: {
          ...about('refund_exceeds_captured', 'payment', payment_id),
          asset: 'USD',
          limit: '5',
          spent: '2',
          requested: '4',
          remaining: '3',
        },
      };
    },
  ],
  [
    'a refund of nothing',
    (book) => ({
      command: { type: 'payment.refund', payment_id: book.spend(5n), amount: 0n },
      refusal: about('amount_not_positive', 'request', 'amount'),
    }),
  ],
];

const ONE_DAY = 86_400_000;

describe('A refusal says which rule it is and what it is about, and changes no figure', () => {
  it.each([...payments, ...steps, ...refunds])('D7 given %s', (_what, story) => {
    const book = new BookScenario({ treasury: ONE });
    const { command, refusal } = story(book);
    const before = { wallet: book.wallet(), payments: book.state.payments.size };
    const decision = book.consider(command);
    expect(refusalOf(decision)).toStrictEqual(refusal);
    expect({ wallet: book.wallet(), payments: book.state.payments.size }).toEqual(before);
  });
});
