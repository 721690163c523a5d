import { agentWallet, namedWallet, serviceWallet, treasuryWallet } from '#domain';
import type { Workload } from './workload.js';

export function topUp(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const treasury = { wallet_id: treasuryWallet(workload.org, 'USD') };
  if (random.chance(0.5)) {
    // The reference is the key: whoever brings it again, under whatever key of his own, brings the same money (C6).
    const number = random.between(1, 4);
    const fields = { target: treasury, amount: BigInt(number * 10), asset: 'USD' as const, reference: `${number}` };
    const request = { ...workload.head('topup', fields), key: workload.key('topup'), fingerprint: 'v1:topup' };
    return workload.run({ kind: 'command', request }, `§reference:${number}`);
  }
  const target = random.pick([treasury, { session_id: random.pick(workload.known.sessions) }, { agent: 'alpha' }]);
  workload.step('topup', { target, amount: BigInt(random.between(1, 200)), asset: 'USD' });
}

export function transfer(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const wallets = [
    treasuryWallet(workload.org, 'USD'),
    agentWallet(workload.known.agents[0]!, 'USD'),
    agentWallet(workload.known.agents[2]!, 'USD'),
    serviceWallet('search', 'USD'),
    namedWallet('escrow', 'deals', 'USD'),
  ];
  const from_wallet_id = random.pick(wallets);
  workload.step('wallet.transfer', {
    from_wallet_id,
    to_wallet_id: random.pick(wallets.filter((one) => one !== from_wallet_id)),
    amount: BigInt(random.between(1, random.chance(0.2) ? 3_000 : 60)),
    asset: 'USD',
  });
}
