import { serviceStepKey, type Command } from '#domain';
import type { Workload } from './workload.js';

/** Those whose calls settlement makes. */
const SERVICES = ['search', 'maps'] as const;

/** A hold for a call of a paid service, dispatched in the same decision, as settlement asks for it. */
export function callService(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const key = workload.key('call');
  const service = random.pick(SERVICES);
  const request = {
    ...workload.head('payment.authorize', {
      agent: random.pick(['alpha', 'beta', 'gamma']),
      payee: { service },
      amount: BigInt(random.between(1, 40)),
      asset: 'USD',
      capture: false,
      protocol: 'direct',
      labels: {},
      request_hash: 'v1:request',
      dispatched_for_ms: random.between(1, 8) * 1_000,
      ...(random.chance(0.6) && workload.known.sessions.length > 0
        ? { session_id: random.pick(workload.known.sessions) }
        : {}),
    }),
    key,
    fingerprint: `v1:${key}`,
    ...(random.chance(0.5) && { fresh_key: true as const }),
  };
  workload.run({ kind: 'command', request }, key, (answer) => {
    if (answer?.kind !== 'recorded' || !('payment_id' in answer.event)) return;
    const payment_id = answer.event.payment_id!;
    workload.known.called.push({ payment_id, service });
    workload.known.holds.push(payment_id);
  });
}

/** Settlement's word on a call, by the payment's own key, so that replicas may say it too; now and then of another's payment. */
export function sayOfCall(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.called.length === 0) return callService(workload);
  const call = random.pick(workload.known.called);
  const { payment_id } = random.chance(0.9) ? call : { payment_id: random.pick(workload.known.holds) };
  const service = random.chance(0.95) ? call.service : random.pick(SERVICES);
  const credential = { subject: 'settlement', proven_by: 'settlement' as const, service };
  // What a call came to is known once, and does not change.
  const came_to = BigInt(payment_id.codePointAt(payment_id.length - 1)! % 20);
  const [type, fields] = random.pick([
    ['payment.capture', { payment_id, amount: came_to, final: true, answer_hash: 'v1:answer' }],
    ['payment.void', { payment_id }],
    ['payment.dispatch', { payment_id, dispatched_for_ms: 5_000 }],
  ] as const);
  const asked = { ...workload.head(type, fields), credential } as Command;
  const key = serviceStepKey(asked)!;
  const request = { ...asked, key, fingerprint: `v1:${key}` };
  workload.run({ kind: 'command', request }, key);
}
