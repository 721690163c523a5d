import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, type CommandInput } from '#testing';
import { agentWallet } from '../accounts.js';
import type { Credential } from '../commands/index.js';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';

const about = (code: RefusalCode, kind: ScopeKind, id: string): Decline => ({ code, scope: { kind, id } });

type Refused = readonly [
  what: string,
  story: (book: BookScenario) => readonly [command: CommandInput, refusal: Decline],
];

const tokenOf = (id: string, handle: string): Credential => ({ subject: id, proof: `${handle} proof` });
const sessionToken = (id: string): Credential => ({ subject: id, proof: 'session proof' });
const yen = limit('day', 1n, { asset: 'JPY' });
const above = { amount: '5', asset: 'JPY' } as const;

const sessions: Refused[] = [
  [
    'a session under one that nobody knows',
    (book) => [book.openSession(1n, { parent_session_id: 'ses_x' }), about('session_not_found', 'session', 'ses_x')],
  ],
  [
    'a session for an agent that nobody knows',
    (book) => [book.openSession(1n, { agent: 'nobody' }), about('agent_not_found', 'agent', 'nobody')],
  ],
  [
    'a session for an agent that is revoked',
    (book) => {
      const id = book.agent('worker');
      book.given({ type: 'agent.revoke', agent: id });
      return [book.openSession(1n, { agent: id }), about('agent_not_active', 'agent', id)];
    },
  ],
  [
    'a session in another asset than the one above it',
    (book) => {
      const parent = book.session(10n);
      return [
        book.openSession(1n, { parent_session_id: parent, asset: 'JPY' }),
        about('asset_mismatch', 'session', parent),
      ];
    },
  ],
  [
    'a session with a budget below zero',
    (book) => [book.openSession(-1n), about('amount_not_positive', 'request', 'budget')],
  ],
  [
    'a session below one that is closed',
    (book) => {
      const root = book.session(10n);
      const parent_session_id = book.session(10n, { parent_session_id: root });
      book.given({ type: 'session.close', session_id: root });
      return [
        book.openSession(1n, { parent_session_id }),
        about('parent_session_not_open', 'session', parent_session_id),
      ];
    },
  ],
  [
    'a session with a limit in another asset',
    (book) => [book.openSession(1n, { limits: [yen] }), about('asset_mismatch', 'request', 'limits')],
  ],
  [
    'a session with a threshold in another asset',
    (book) => [book.openSession(1n, { approval_above: above }), about('asset_mismatch', 'request', 'approval_above')],
  ],
  [
    'a session on a wallet that nobody knows',
    (book) => [book.openSession(1n, { wallet_id: 'wal_x' }), about('wallet_not_found', 'wallet', 'wal_x')],
  ],
  [
    'a session on a wallet of another asset',
    (book) => {
      const id = agentWallet(book.agent('rich'), 'USD');
      book.spend(1n, { payee: { agent: 'rich' } });
      return [book.openSession(1n, { wallet_id: id, asset: 'JPY' }), about('asset_mismatch', 'wallet', id)];
    },
  ],
  [
    'a session at the root by an agent’s token',
    (book) => {
      const id = book.agent('worker');
      return [{ ...book.openSession(1n), credential: tokenOf(id, 'worker') }, about('role_not_allowed', 'agent', id)];
    },
  ],
  [
    'a session beside the token’s',
    (book) => {
      const own = book.session(10n);
      const parent_session_id = book.session(10n);
      return [
        { ...book.openSession(1n, { parent_session_id }), credential: sessionToken(own) },
        about('role_not_allowed', 'session', own),
      ];
    },
  ],
  [
    'a change of a session that is closed',
    (book) => {
      const session_id = book.session(10n);
      book.given({ type: 'session.close', session_id });
      return [{ type: 'session.change', session_id, budget: 1n }, about('session_not_open', 'session', session_id)];
    },
  ],
  [
    'a change to a budget below zero',
    (book) => [
      { type: 'session.change', session_id: book.session(10n), budget: -1n },
      about('amount_not_positive', 'request', 'budget'),
    ],
  ],
  [
    'a change to limits in another asset',
    (book) => [
      { type: 'session.change', session_id: book.session(10n), limits: [yen] },
      about('asset_mismatch', 'request', 'limits'),
    ],
  ],
  [
    'a change to a threshold in another asset',
    (book) => [
      { type: 'session.change', session_id: book.session(10n), approval_above: above },
      about('asset_mismatch', 'request', 'approval_above'),
    ],
  ],
  [
    'a change of a session by its own token',
    (book) => {
      const session_id = book.session(10n);
      return [
        { type: 'session.change', session_id, budget: 100n, credential: sessionToken(session_id) },
        about('role_not_allowed', 'session', session_id),
      ];
    },
  ],
  [
    'a reserved budget that is lowered below what is used',
    (book) => {
      const session_id = book.session(10n, { mode: 'reserved' });
      book.spend(2n, { session_id });
      book.hold(3n, { session_id });
      book.session(1n, { parent_session_id: session_id, mode: 'reserved' });
      return [
        { type: 'session.change', session_id, budget: 5n },
        {
          ...about('reserved_budget_below_used', 'session', session_id),
          asset: 'USD',
          limit: '10',
          spent: '2',
          held: '4',
          requested: '5',
        },
      ];
    },
  ],
  [
    'a reserved session that does not fit',
    (book) => {
      const parent = book.session(10n);
      book.spend(2n, { session_id: parent });
      book.hold(3n, { session_id: parent });
      book.session(1n, { parent_session_id: parent, mode: 'reserved' });
      return [
        book.openSession(5n, { parent_session_id: parent, mode: 'reserved' }),
        {
          ...about('reserved_budget_not_available', 'session', parent),
          asset: 'USD',
          limit: '10',
          spent: '2',
          held: '4',
          requested: '5',
          remaining: '4',
        },
      ];
    },
  ],
  [
    'a second close',
    (book) => {
      const session_id = book.session(10n);
      book.given({ type: 'session.close', session_id });
      return [{ type: 'session.close', session_id }, about('session_not_open', 'session', session_id)];
    },
  ],
  [
    'a close by the token of another session',
    (book) => {
      const root = book.session(10n);
      const own = book.session(10n, { parent_session_id: root });
      return [
        { type: 'session.close', session_id: root, credential: sessionToken(own) },
        about('role_not_allowed', 'session', own),
      ];
    },
  ],
  [
    'a close by an agent that the session is not open to',
    (book) => {
      const id = book.agent('worker');
      return [
        { type: 'session.close', session_id: book.session(10n), credential: tokenOf(id, 'worker') },
        about('role_not_allowed', 'agent', id),
      ];
    },
  ],
];

describe('A refusal about a session says which rule it is and what it is about', () => {
  it.each(sessions)('D7 given %s', (_what, story) => {
    const book = new BookScenario({ treasury: ONE });
    const [command, refusal] = story(book);
    expect(refusalOf(book.consider(command))).toStrictEqual(refusal);
  });
});
