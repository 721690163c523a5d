import type { LimitDefinition } from '#domain';
import { pay } from './payments.js';
import { limit } from './limit.js';
import type { Workload } from './workload.js';

export function changeAgent(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const changes: [string, LimitDefinition[]][] = [
    ['alpha', [limit('amount', 'payment', 150), limit('amount', 'lifetime', random.between(1_000, 3_000))]],
    ['alpha', [limit('amount', 'hour', random.between(300, 1_500)), limit('amount', 'lifetime', 2_500)]],
    ['beta', [limit('amount', 'minute', random.between(50, 300)), limit('count', 'day', random.between(5, 40))]],
    ['gamma', [limit('amount', { rolling_seconds: random.pick([30, 60]) }, random.between(200, 800))]],
  ];
  const [agent, limits] = random.pick(changes);
  workload.step('agent.change', { agent, limits });
}

export function changeSession(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const session_id = random.pick(workload.known.sessions);
  if (random.chance(0.4))
    return workload.step('session.change', { session_id, budget: BigInt(random.between(100, 2_500)) });
  // Not of the first ones, which all the others live in.
  if (random.chance(0.2) && workload.known.sessions.length > 4)
    return workload.step('session.change', {
      session_id: workload.known.sessions.at(-1)!,
      expires_in_ms: random.chance(0.3) ? null : random.between(1_000, 20_000),
    });
  if (random.chance(0.3) && workload.known.sessions.length > 4)
    return workload.step('session.close', { session_id: workload.known.sessions.at(-1)! });
  workload.step('session.open', {
    asset: 'USD',
    budget: BigInt(random.between(50, 500)),
    mode: random.pick(['shared', 'reserved'] as const),
    labels: {},
    token_hash: 'hash',
    parent_session_id: session_id,
    ...(random.chance(0.4) ? { expires_in_ms: random.between(1_000, 20_000) } : {}),
  });
}

export function freezeOrUnfreeze(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (random.chance(0.35)) workload.step('agent.freeze', { agent: 'beta', reason: 'simulated' });
  else workload.step('agent.unfreeze', { agent: 'beta' });
}

export function closeToOthers(workload: Workload): void {
  workload.step('organization.change', { accept_foreign_payments: workload.surroundings.world.random.chance(0.7) });
}

export function decideApproval(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.pending.length === 0) return pay(workload);
  const approval_id = random.pick(workload.known.pending).replace('pay_', 'apr_');
  workload.step(random.chance(0.8) ? 'approval.approve' : 'approval.deny', { approval_id });
}
