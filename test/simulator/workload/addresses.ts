import { transferKey, type Credential } from '#domain';
import type { Workload } from './workload.js';

export const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

/** What an agent's wallet has signed, brought by a key of its payee's org; few authorizations, so that each comes again. */
export function settleSigned(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const index = random.pick([0, 2]);
  const credential: Credential = {
    subject: workload.known.agents[index]!,
    proven_by: 'settlement',
    address: addressOf(index),
  };
  const authorization = { network: 'simulated', token: 'USD', nonce: `${random.between(1, 12)}` };
  const key = transferKey({ credential, authorization });
  const payee = random.chance(0.8) ? workload.known.agents[1]! : random.pick(workload.known.agents);
  const amount = BigInt(random.pick([9, 40, 45, 99]));
  const request = {
    ...workload.head('payment.transfer_signed', {
      authorization,
      redeemer: { subject: workload.admin, proof: 'admin proof' },
      payee: { agent: payee, org: workload.org },
      amount,
      asset: 'USD',
      terms_hash: 'v1:signed',
    }),
    credential,
    // What was signed is in it, as settlement has it.
    fingerprint: `v1:${payee}-${amount}-${random.between(1, 2)}`,
  };
  workload.run({ kind: 'command', request }, key);
}

/** Other addresses than those that pay, so that what was signed with these stays good. */
export function changeAddress(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const fields = { agent: random.pick(workload.known.agents), address: addressOf(random.between(3, 6)) };
  if (random.chance(0.3)) return workload.step('agent.remove_address', fields);
  workload.step('agent.register_address', { ...fields, proof: { signature: 'simulated' } });
}
