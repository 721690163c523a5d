import { describe, expect, it } from '@jest/globals';
import { BookScenario, limit, ONE, OWNER, refusalOf, SCENARIO_ORG, type CommandInput } from '#testing';
import { treasuryWallet } from '../accounts.js';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';

const about = (code: RefusalCode, kind: ScopeKind, id: string): Decline => ({ code, scope: { kind, id } });

type Refused = readonly [
  what: string,
  story: (book: BookScenario) => readonly [command: CommandInput, refusal: Decline],
];

const TREASURY = treasuryWallet(SCENARIO_ORG, 'USD');

const register = (handle: string, fields: object = {}): CommandInput => ({
  type: 'agent.register',
  handle,
  limits: [],
  funding: 'treasury',
  token_hash: 'x',
  ...fields,
});

const agents: Refused[] = [
  [
    'a handle that is taken',
    (book) => {
      book.agent('worker');
      return [register('worker'), about('agent_handle_taken', 'agent', 'worker')];
    },
  ],
  [
    'two limits of one name',
    () => [
      register('worker', { limits: [limit('day', 1n), limit('day', 2n)] }),
      about('limits_conflict', 'request', 'amount:day:USD'),
    ],
  ],
  [
    'a breaker that counts in no window of time',
    () => [
      register('worker', { breakers: { limits: [limit('lifetime', 1n)] } }),
      about('limits_conflict', 'request', 'breakers'),
    ],
  ],
  ...(['frozen', 'revoked'] as const).map((status): Refused => [
    `a parent that is ${status}`,
    (book) => {
      const id = book.agent('boss');
      book.given(
        status === 'frozen' ? { type: 'agent.freeze', agent: id, reason: '' } : { type: 'agent.revoke', agent: id },
      );
      return [register('worker', { parent_agent: 'boss' }), about('agent_not_active', 'agent', id)];
    },
  ]),
  ...(
    [
      { type: 'agent.change', agent: 'worker', limits: [] },
      { type: 'agent.freeze', agent: 'worker', reason: '' },
      { type: 'agent.unfreeze', agent: 'worker' },
      { type: 'agent.rotate_token', agent: 'worker', token_hash: 'x', overlap_ms: 0 },
    ] satisfies CommandInput[]
  ).map((command): Refused => [
    `${command.type} of one that is revoked`,
    (book) => {
      const id = book.agent('worker');
      book.given({ type: 'agent.revoke', agent: id });
      return [{ ...command, agent: id }, about('agent_not_active', 'agent', id)];
    },
  ]),
  ...(
    [
      { type: 'agent.change', agent: 'nobody', limits: [] },
      { type: 'agent.freeze', agent: 'nobody', reason: '' },
      { type: 'agent.unfreeze', agent: 'nobody' },
      { type: 'agent.revoke', agent: 'nobody' },
      { type: 'agent.rotate_token', agent: 'nobody', token_hash: 'x', overlap_ms: 0 },
      { type: 'topup', target: { agent: 'nobody' }, amount: 1n, asset: 'USD' },
    ] satisfies CommandInput[]
  ).map((command): Refused => [
    `${command.type} of one that nobody knows`,
    () => [command, about('agent_not_found', 'agent', 'nobody')],
  ]),
  [
    'an unfreeze of one that is not frozen',
    (book) => {
      const id = book.agent('worker');
      return [{ type: 'agent.unfreeze', agent: 'worker' }, about('agent_not_frozen', 'agent', id)];
    },
  ],
  [
    'a revocation id that nobody knows',
    () => [
      { type: 'agent.revoke', revocation_id: `rev_${'3'.repeat(32)}` },
      about('revocation_not_found', 'agent', `rev_${'3'.repeat(32)}`),
    ],
  ],
  [
    'a change of whose money a scoped agent spends',
    (book) => {
      book.agent('worker');
      const scoped_agent_id = `agt_${'9'.repeat(32)}`;
      book.given({ type: 'agent.scope', agent: 'worker', scoped_agent_id, amount: 1n, asset: 'USD', labels: {} });
      return [
        { type: 'agent.change', agent: scoped_agent_id, funding: 'own' },
        about('agent_is_scoped', 'agent', scoped_agent_id),
      ];
    },
  ],
  [
    'a scoped agent with less than nothing',
    (book) => {
      book.agent('worker');
      return [
        { type: 'agent.scope', agent: 'worker', scoped_agent_id: 'agt_x', amount: -1n, asset: 'USD', labels: {} },
        about('amount_not_positive', 'request', 'limit_usd'),
      ];
    },
  ],
  [
    'a scoped agent of one that is frozen',
    (book) => {
      const id = book.agent('worker');
      book.given({ type: 'agent.freeze', agent: id, reason: '' });
      return [
        { type: 'agent.scope', agent: 'worker', scoped_agent_id: 'agt_x', amount: 1n, asset: 'USD', labels: {} },
        about('agent_not_active', 'agent', id),
      ];
    },
  ],
];

const organization: Refused[] = [
  [
    'an org that is there',
    () => [
      {
        type: 'organization.create',
        credential: OWNER,
        name: '',
        default_asset: 'USD',
        first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
        admin_key: { key_id: 'key_x', token_hash: '' },
        initial_amount: 0n,
      },
      about('organization_exists', 'organization', SCENARIO_ORG),
    ],
  ],
  [
    'a key that is there',
    () => [
      { type: 'key.issue', key_id: 'key_admin', role: 'admin', name: '', token_hash: '' },
      about('key_exists', 'key', 'key_admin'),
    ],
  ],
  ['a key that nobody knows', () => [{ type: 'key.revoke', key_id: 'key_x' }, about('key_not_found', 'key', 'key_x')]],
  [
    'the last admin key',
    (book) => {
      book.given({ type: 'key.issue', key_id: 'key_gone', role: 'admin', name: '', token_hash: '' });
      book.given({ type: 'key.revoke', key_id: 'key_gone' });
      book.given({ type: 'key.issue', key_id: 'key_low', role: 'operator', name: '', token_hash: '' });
      return [{ type: 'key.revoke', key_id: 'key_admin' }, about('key_is_last_admin', 'key', 'key_admin')];
    },
  ],
  [
    'a deadline that has passed',
    (book) => [book.payment(1n, { deadline: book.now - 1 }), about('deadline_passed', 'request', 'deadline')],
  ],
  [
    'a credential that is none',
    (book) => [
      book.payment(1n, { credential: { subject: 'key_x', proof: '' } }),
      about('credential_invalid', 'key', 'key_x'),
    ],
  ],
  [
    'a credit by an org key',
    () => [
      {
        type: 'clearing.credit',
        key: 'k',
        fingerprint: '',
        source: { source_org: 'org_x', payment: 'pay_x', handle: 'x' },
        payee: 'x',
        amount: 1n,
        asset: 'USD',
      },
      about('role_not_allowed', 'key', 'key_admin'),
    ],
  ],
  [
    'a settlement of what is not on its way',
    () => [
      { type: 'clearing.settle', credential: OWNER, payment_id: 'pay_x', outcome: { refused: 'payee_not_found' } },
      about('payment_not_found', 'payment', 'pay_x'),
    ],
  ],
  [
    'a key that is bound to another body',
    (book) => {
      book.given({
        type: 'topup',
        target: { wallet_id: TREASURY },
        amount: 1n,
        asset: 'USD',
        key: 'k',
        fingerprint: 'f',
      });
      return [
        { type: 'topup', target: { wallet_id: TREASURY }, amount: 2n, asset: 'USD', key: 'k', fingerprint: 'g' },
        about('idempotency_key_conflict', 'request', 'k'),
      ];
    },
  ],
];

describe('A refusal about an agent or a key of the org says which rule it is and what it is about', () => {
  it.each([...agents, ...organization])('D7 given %s', (_what, story) => {
    const book = new BookScenario({ treasury: ONE });
    const [command, refusal] = story(book);
    expect(refusalOf(book.consider(command))).toStrictEqual(refusal);
  });
});
