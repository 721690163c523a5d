import { POISON } from '../simulated-log.js';
import type { Workload } from './workload.js';

export function pay(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const key = workload.key('pay');
  const agent = random.chance(0.06)
    ? random.pick(['unseen-one', 'unseen-two', 'unseen-three'])
    : random.pick(['alpha', 'beta', 'gamma', workload.known.agents[1]!]);
  workload.run({ kind: 'payment', agent, text: paymentText(workload, key) }, key);
}

export function paymentText(workload: Workload, key: string): string {
  const { random } = workload.surroundings.world;
  const hold = random.chance(0.5);
  const near = random.chance(0.5)
    ? { payee: random.pick(['alpha', 'beta', 'gamma']) }
    : { service: random.pick(['search', 'maps']) };
  return JSON.stringify({
    ...(random.chance(workload.all.length > 1 ? 0.25 : 0.03) ? payeeAbroad(workload) : near),
    amount: `0.0000${random
      .between(1, random.chance(0.1) ? 99 : 60)
      .toString()
      .padStart(2, '0')}`,
    capture: !hold,
    ...(hold ? { expires_in: random.between(2, 25) } : {}),
    ...(random.chance(0.6) && workload.known.sessions.length > 0
      ? { session_id: random.pick(workload.known.sessions) }
      : {}),
    labels: random.chance(0.03) ? { text: POISON } : { purpose: 'simulated', goal: random.pick(['a', 'b']) },
    idempotency_key: key,
  });
}

/** Of another org mostly; now and then of none, or nobody there. */
function payeeAbroad(workload: Workload): { payee: string; payee_org: string } {
  const { random } = workload.surroundings.world;
  const orgs = workload.all.filter((one) => one !== workload).map(({ org }) => org);
  const payee_org = orgs.length === 0 || random.chance(0.05) ? workload.nowhere : random.pick(orgs);
  return { payee: random.chance(0.1) ? 'nobody' : random.pick(['alpha', 'beta', 'gamma']), payee_org };
}
