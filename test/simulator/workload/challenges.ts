import { redemptionKey, type Credential } from '#domain';
import type { Workload } from './workload.js';

/** What the holds that answer a challenge are for. */
const TERMS = 'v1:terms';

/** A hold that answers a challenge, as settlement asks for it. */
export function answerChallenge(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const abroad = random.chance(0.3) ? workload.all.find((one) => one !== workload) : undefined;
  const key = workload.key('challenge');
  const request = {
    ...workload.head('payment.authorize', {
      agent: random.pick(['alpha', 'beta', 'gamma']),
      payee: { agent: random.pick(['alpha', 'beta', 'gamma']), ...(abroad ? { org: abroad.org } : {}) },
      amount: BigInt(random.between(1, 40)),
      asset: 'USD',
      capture: false,
      protocol: 'x402',
      labels: {},
      terms_hash: TERMS,
      expires_in_ms: random.between(8, 25) * 1_000,
    }),
    key,
    fingerprint: `v1:${key}`,
    ...(random.chance(0.5) && { fresh_key: true as const }),
  };
  workload.run({ kind: 'command', request }, key, (answer) => {
    if (answer?.kind !== 'recorded' || !('payment_id' in answer.event)) return;
    const payment_id = answer.event.payment_id!;
    workload.known.challenged.push({ payment_id, payee_org: abroad?.org });
    workload.known.holds.push(payment_id);
    if (abroad) workload.known.abroad.push(payment_id);
  });
}

/** The payee brings a token, mostly one of the last ones: several at a time, and again after it was taken. */
export function redeem(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.challenged.length === 0) return answerChallenge(workload);
  const { payment_id, payee_org } = random.pick(workload.known.challenged.slice(-3));
  const step = random.pick(['capture', 'capture', 'confirm', 'release'] as const);
  const key = redemptionKey(step, payment_id);
  const credential: Credential = payee_org
    ? { subject: 'key_abroad', proven_by: 'settlement', payee_org }
    : { subject: workload.admin, proof: 'admin proof' };
  const request = {
    ...workload.head('payment.redeem', {
      payment_id,
      step,
      terms_hash: random.chance(0.05) ? 'v1:other' : TERMS,
      ...(random.chance(0.5) ? { amount: BigInt(random.between(0, 40)) } : {}),
    }),
    credential,
    // The owner knows it by its payment, whatever key it comes with.
    key: workload.key('redeem'),
    fingerprint: `v1:redeemer-${random.between(1, 3)}`,
  };
  workload.run({ kind: 'command', request }, key);
}
