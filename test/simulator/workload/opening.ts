import { agentWallet, type Command, type LimitDefinition } from '#domain';
import { addressOf } from './addresses.js';
import { limit } from './limit.js';
import type { Workload } from './workload.js';

/** The commands that open the book, one after the other; the first is submitted as the process itself would. */
export function openBook(workload: Workload, done: () => void): void {
  const { freshId } = workload.surroundings;
  const agent =
    (handle: string, limits: LimitDefinition[], parent_agent?: string): (() => Command) =>
    () => ({
      ...workload.head('agent.register', {
        handle,
        limits,
        funding: handle === 'gamma' ? 'own' : 'treasury',
        token_hash: 'hash',
        parent_agent,
      }),
    });
  const session =
    (budget: bigint, mode: 'shared' | 'reserved', parent?: number): (() => Command) =>
    () =>
      workload.head('session.open', {
        asset: 'USD',
        budget,
        mode,
        labels: {},
        token_hash: 'hash',
        ...(parent === undefined ? {} : { parent_session_id: workload.known.sessions[parent]! }),
      });
  const opening: (() => Command)[] = [
    () => ({
      type: 'organization.create',
      org: workload.org,
      credential: { subject: 'owner', proven_by: 'owner' },
      fresh_id: freshId(),
      name: 'simulated',
      default_asset: 'USD',
      first_use: { enabled: true, per_payment: '60', per_day: '400', agents_maximum: 2, together_per_day: '500' },
      admin_key: { key_id: workload.admin, token_hash: 'admin proof' },
      initial_amount: 4_000n,
    }),
    agent('alpha', [
      limit('amount', 'payment', 150),
      limit('amount', 'lifetime', 2_500),
      limit('held', 'payment', 400),
    ]),
    agent('beta', [limit('amount', 'day', 1_200), limit('count', 'hour', 25)], 'alpha'),
    agent('gamma', [limit('amount', { rolling_seconds: 60 }, 700)]),
    () => workload.head('organization.change', { approval_above: { amount: '50', asset: 'USD' } }),
    () =>
      workload.head('grant.create', {
        payee: { service: 'search' },
        limit: { of: 'amount', per: 'hour', maximum: '300', asset: 'USD' },
      }),
    session(2_200n, 'shared'),
    session(1_500n, 'shared', 0),
    session(600n, 'reserved', 0),
    session(400n, 'reserved', 1),
    () =>
      workload.head('topup', {
        target: { wallet_id: agentWallet(workload.known.agents[2]!, 'USD') },
        amount: 900n,
        asset: 'USD',
      }),
    () => workload.head('wallet.open', { kind: 'escrow', name: 'deals', asset: 'USD' }),
    ...[0, 2].map(
      (index) => () =>
        workload.head('agent.register_address', {
          agent: workload.known.agents[index]!,
          address: addressOf(index),
          proof: { signature: 'simulated' },
        }),
    ),
  ];
  const next = (index: number): void => {
    const make = opening[index];
    if (!make) return done();
    // The book of an org is opened once, whoever asks how often; the other steps are known by their keys.
    const key = index === 0 ? undefined : `open-${index}`;
    const request = { ...make(), ...(key === undefined ? {} : { key, fingerprint: 'v1:open' }) };
    workload.run({ kind: 'command', request }, key, () => next(index + 1));
  };
  next(0);
}
