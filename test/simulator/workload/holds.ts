import { pay } from './payments.js';
import type { Workload } from './workload.js';

export function capture(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.holds.length === 0) return pay(workload);
  const partial = random.chance(0.4);
  workload.step('payment.capture', {
    payment_id: random.pick(workload.known.holds),
    final: !partial || random.chance(0.5),
    ...(partial ? { amount: BigInt(random.between(0, 30)) } : {}),
  });
}

export function voidHold(workload: Workload): void {
  if (workload.known.holds.length === 0) return pay(workload);
  workload.step('payment.void', { payment_id: workload.surroundings.world.random.pick(workload.known.holds) });
}

export function dispatch(workload: Workload): void {
  if (workload.known.holds.length === 0) return pay(workload);
  workload.step('payment.dispatch', { payment_id: workload.surroundings.world.random.pick(workload.known.holds) });
}

export function extend(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.holds.length === 0) return pay(workload);
  workload.step('payment.extend', {
    payment_id: random.pick(workload.known.holds),
    expires_in_ms: random.between(2, 25) * 1_000,
  });
}

export function resolve(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.holds.length === 0) return pay(workload);
  const outcome = random.pick(['captured', 'voided'] as const);
  workload.step('payment.resolve', {
    payment_id: random.pick(workload.known.holds),
    outcome,
    ...(outcome === 'captured' && random.chance(0.6) ? { amount: BigInt(random.between(1, 40)) } : {}),
  });
}

export function refund(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const payments = [...workload.known.spent, ...workload.known.holds, ...workload.known.abroad.slice(-1)];
  if (payments.length === 0) return pay(workload);
  const amount = random.chance(0.6) ? { amount: BigInt(random.between(1, 30)) } : {};
  workload.step('payment.refund', { payment_id: random.pick(payments), ...amount });
}
