import type { Command } from '#domain';
import { pay } from './payments.js';
import type { Workload } from './workload.js';

/** With the payment of another org: for this one there is no such payment (F7). */
export function meddle(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const others = workload.all
    .filter((one) => one !== workload)
    .flatMap((one) => [...one.known.holds, ...one.known.spent].filter((id) => !one.known.abroad.includes(id)));
  if (others.length === 0) return pay(workload);
  const payment_id = random.pick(others);
  const type = random.pick(['payment.capture', 'payment.void', 'payment.refund'] as const);
  const key = workload.key('meddle');
  const step = { ...workload.head(type, { payment_id }), key, fingerprint: 'v1:meddle' };
  const request = type === 'payment.capture' ? { ...step, final: true } : step;
  workload.run({ kind: 'command', request: request as Command }, key);
}

/** What others have paid this one, or think they have. */
export function giveBackAbroad(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const payments = workload.all.filter((one) => one !== workload).flatMap((one) => one.known.abroad);
  if (payments.length === 0) return pay(workload);
  const amount = random.chance(0.7) ? { amount: BigInt(random.between(1, 30)) } : {};
  workload.step('payment.refund', { payment_id: random.pick(payments), ...amount });
}
