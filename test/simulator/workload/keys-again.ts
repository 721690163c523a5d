import type { Wish } from '../operation.js';
import { pay, paymentText } from './payments.js';
import type { Workload } from './workload.js';

/** Another body under a key that somebody used, or uses right now. */
export function conflict(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const others = workload.operations.filter(({ wish }) => wish.kind === 'payment');
  if (others.length === 0) return pay(workload);
  const { key, wish } = random.pick(others);
  const { agent } = wish as Extract<Wish, { kind: 'payment' }>;
  workload.run({ kind: 'payment', agent, text: paymentText(workload, key!) }, key);
}

export function again(workload: Workload): void {
  const answered = workload.operations.filter(({ done, key }) => done && key !== undefined);
  if (answered.length > 0) workload.surroundings.world.random.pick(answered).send();
}
