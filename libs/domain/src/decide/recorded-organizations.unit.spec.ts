import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, OWNER, SCENARIO_ORG, type CommandInput } from '#testing';
import { externalWallet, treasuryWallet } from '../accounts.js';
import type { BookEvent } from '../events/index.js';
import { CycleFacts } from '../facts.js';
import { Book } from '../state/index.js';
import { decide } from './index.js';

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

/** The events that a command would record, with fields that are absent and not undefined. */
function recorded(book: BookScenario, command: CommandInput): readonly BookEvent[] {
  const decision = book.consider(command);
  if (decision.kind !== 'record') throw new Error('expected a record');
  return decision.events;
}

const headOf = (book: BookScenario, index = 0) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: book.log.length + 1 + index,
  time: book.now,
  by: 'key_admin',
});

describe('What the log says of an org, its keys and wallets is what was given and nothing else', () => {
  const first_use = { enabled: true, per_payment: '1', per_day: '2', agents_maximum: 3, together_per_day: '4' };
  const create = (initial_amount: bigint): CommandInput => ({
    type: 'organization.create',
    credential: OWNER,
    name: 'Test',
    default_asset: 'JPY',
    first_use,
    admin_key: { key_id: 'key_a', token_hash: 'hash' },
    initial_amount,
  });

  it('D1 given an org that starts with money, then it, its key and its money are recorded; without money there is none', () => {
    const book = new BookScenario();
    const inAnEmptyBook = (command: CommandInput): unknown => {
      const full = { org: SCENARIO_ORG, credential: OWNER, fresh_id: '5'.repeat(32), ...command };
      const decision = decide(new Book(), new CycleFacts(), full, book.now, book.settings);
      return decision.kind === 'record' && decision.events;
    };
    const fresh_id = '5'.repeat(32);
    const head = (index: number) => ({ ...headOf(book), by: 'owner', sequence: 1 + index });
    const opened = [
      { type: 'organization.created', ...head(0), name: 'Test', default_asset: 'JPY', first_use },
      {
        type: 'key.issued',
        ...head(1),
        key_id: 'key_a',
        role: 'admin',
        name: 'first admin key',
        token_hash: 'hash',
      },
    ];
    expect(inAnEmptyBook(create(0n))).toStrictEqual(opened);
    const treasury = treasuryWallet(SCENARIO_ORG, 'JPY');
    expect(inAnEmptyBook(create(7n))).toStrictEqual([
      ...opened,
      {
        type: 'wallet.topped_up',
        ...head(2),
        topup_id: `top_${fresh_id}`,
        wallet_id: treasury,
        amount: '7',
        asset: 'JPY',
        reference: 'initial credits',
        postings: [{ debit: externalWallet('JPY'), credit: treasury, amount: '7', asset: 'JPY' }],
      },
    ]);
  });

  it.each<[string, object, object]>([
    ['a name', { name: 'New' }, { name: 'New' }],
    ['limits', { limits: [] }, { limits: [] }],
    ['lists', { lists: { deny: {} } }, { lists: { deny: {} } }],
    ['no lists any more', { lists: null }, { lists: null }],
    ['no threshold any more', { approval_above: null }, { approval_above: null }],
    [
      'one of the defaults for unseen agents',
      { first_use: { agents_maximum: 7 } },
      {
        first_use: {
          enabled: true,
          per_payment: '500000',
          per_day: '25000000',
          agents_maximum: 7,
          together_per_day: '100000000',
        },
      },
    ],
    ['nothing', {}, {}],
  ])('E6 given a change of %s, then that is recorded and nothing else', (_what, change, expected) => {
    const book = new BookScenario();
    expect(recorded(book, { type: 'organization.change', ...change })).toStrictEqual([
      { type: 'organization.changed', ...headOf(book), ...expected },
    ]);
  });

  it('A5 given other defaults for unseen agents, then they bind those to come, and together at once', () => {
    const book = new BookScenario();
    book.spend(5n, { agent: 'one' });
    book.given({ type: 'organization.change', name: 'New', first_use: { per_payment: '10', together_per_day: '12' } });
    expect(book.state.organizations.get('book')!.name).toBe('New');
    expect(book.trySpend(11n, { agent: 'two' })).toMatchObject({ code: 'per_payment_limit_exceeded', limit: '10' });
    expect(book.trySpend(8n, { agent: 'two' })).toMatchObject({ code: 'first_use_limit_exceeded', spent: '5' });
    expect(book.trySpend(7n, { agent: 'two' })).toBeUndefined();
  });

  it('C6 D1 given keys, wallets, transfers and top-ups, then each is recorded with what was given', () => {
    const book = new BookScenario();
    const fresh_id = '5'.repeat(32);
    const [capped, session_id] = [book.agent('capped', { limits: [limit('lifetime', 5n)] }), book.session(10n)];
    const topup = { type: 'topup', amount: 3n, asset: 'USD', fresh_id } as const;
    const said = { topup_id: `top_${fresh_id}`, amount: '3' };
    const cases: [CommandInput, object][] = [
      [
        { type: 'key.issue', key_id: 'key_x', role: 'finance', name: 'x', token_hash: 'h' },
        { type: 'key.issued', key_id: 'key_x', role: 'finance', name: 'x', token_hash: 'h' },
      ],
      [
        { type: 'wallet.open', kind: 'escrow', name: 'a', asset: 'USD' },
        { type: 'wallet.opened', wallet_id: 'escrow:a:USD', kind: 'escrow', name: 'a', asset: 'USD' },
      ],
      [
        { ...topup, target: { agent: 'capped' } },
        { type: 'agent.cap_raised', ...said, agent_id: capped, asset: 'USD' },
      ],
      [
        { ...topup, target: { agent: 'capped' }, reference: 'r' },
        { type: 'agent.cap_raised', ...said, reference: 'r', agent_id: capped, asset: 'USD' },
      ],
      [
        { ...topup, target: { session_id } },
        { type: 'session.changed', session_id, budget: '13', topup: said },
      ],
      [
        { ...topup, target: { wallet_id: TREASURY } },
        {
          type: 'wallet.topped_up',
          ...said,
          wallet_id: TREASURY,
          asset: 'USD',
          postings: [{ debit: externalWallet('USD'), credit: TREASURY, amount: '3', asset: 'USD' }],
        },
      ],
    ];
    for (const [command, expected] of cases)
      expect(recorded(book, command)).toStrictEqual([{ ...headOf(book), ...expected }]);
    book.given({ type: 'wallet.open', kind: 'escrow', name: 'a', asset: 'USD' });
    const transfer = {
      type: 'wallet.transfer',
      from_wallet_id: TREASURY,
      to_wallet_id: 'escrow:a:USD',
      amount: 3n,
      asset: 'USD',
      fresh_id,
    } as const;
    expect(recorded(book, transfer)).toStrictEqual([
      {
        type: 'wallet.transferred',
        ...headOf(book),
        transfer_id: `trf_${fresh_id}`,
        from_wallet_id: TREASURY,
        to_wallet_id: 'escrow:a:USD',
        amount: '3',
        asset: 'USD',
        postings: [{ debit: TREASURY, credit: 'escrow:a:USD', amount: '3', asset: 'USD' }],
      },
    ]);
  });
});
