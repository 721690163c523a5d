import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import { externalWallet, treasuryWallet } from '../accounts.js';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';

const about = (code: RefusalCode, kind: ScopeKind, id: string): Decline => ({ code, scope: { kind, id } });

type Refused = readonly [
  what: string,
  story: (book: BookScenario) => readonly [command: CommandInput, refusal: Decline],
];

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

const money: Refused[] = [
  [
    'a top-up of nothing',
    () => [
      { type: 'topup', target: { wallet_id: TREASURY }, amount: 0n, asset: 'USD' },
      about('amount_not_positive', 'request', 'amount'),
    ],
  ],
  [
    'a top-up of a session in another asset',
    (book) => {
      const session_id = book.session(10n);
      return [
        { type: 'topup', target: { session_id }, amount: 1n, asset: 'JPY' },
        about('asset_mismatch', 'session', session_id),
      ];
    },
  ],
  [
    'a top-up of a session that is closed',
    (book) => {
      const session_id = book.session(10n);
      book.given({ type: 'session.close', session_id });
      return [
        { type: 'topup', target: { session_id }, amount: 1n, asset: 'USD' },
        about('session_not_open', 'session', session_id),
      ];
    },
  ],
  [
    'a top-up of an agent without a lifetime cap',
    (book) => {
      const id = book.agent('worker', { limits: [limit('day', 1n), limit('lifetime', 1n, { service: 'search' })] });
      return [
        { type: 'topup', target: { agent: 'worker' }, amount: 1n, asset: 'USD' },
        about('agent_not_capped', 'agent', id),
      ];
    },
  ],
  [
    'a top-up of a wallet that is not the org’s',
    () => [
      { type: 'topup', target: { wallet_id: externalWallet('USD') }, amount: 1n, asset: 'USD' },
      about('wallet_not_found', 'wallet', externalWallet('USD')),
    ],
  ],
  [
    'a transfer of nothing',
    () => [
      { type: 'wallet.transfer', from_wallet_id: TREASURY, to_wallet_id: TREASURY, amount: 0n, asset: 'USD' },
      about('amount_not_positive', 'request', 'amount'),
    ],
  ],
  [
    'a transfer from a wallet to itself',
    () => [
      { type: 'wallet.transfer', from_wallet_id: TREASURY, to_wallet_id: TREASURY, amount: 1n, asset: 'USD' },
      about('wallets_are_the_same', 'wallet', TREASURY),
    ],
  ],
  [
    'a transfer from the payable of a service in another asset',
    (book) => {
      book.spend(5n);
      return [
        {
          type: 'wallet.transfer',
          from_wallet_id: 'service:search:USD',
          to_wallet_id: treasuryWallet(SCENARIO_ORG, 'JPY'),
          amount: 1n,
          asset: 'JPY',
        },
        about('asset_mismatch', 'wallet', 'service:search:USD'),
      ];
    },
  ],
  [
    'a wallet that is there',
    (book) => {
      const open = { type: 'wallet.open', kind: 'fees', name: 'a', asset: 'USD' } as const;
      book.given(open);
      return [open, about('wallet_exists', 'wallet', 'fees:a:USD')];
    },
  ],
];

describe('A refusal about a wallet or a top-up says which rule it is and what it is about', () => {
  it.each(money)('D7 given %s', (_what, story) => {
    const book = new BookScenario({ treasury: ONE });
    const [command, refusal] = story(book);
    expect(refusalOf(book.consider(command))).toStrictEqual(refusal);
  });
});
