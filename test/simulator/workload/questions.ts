import type { Query } from '#domain';
import type { Workload } from './workload.js';

export function askQuestion(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const questions: Query[] = [
    workload.head('query.wallets', {}),
    workload.head('query.agent', { agent: random.pick(workload.known.agents) }),
    workload.head('query.session', { session_id: random.pick(workload.known.sessions) }),
  ];
  const payments = [...workload.known.holds, ...workload.known.spent];
  if (payments.length > 0) questions.push(workload.head('query.payment', { payment_id: random.pick(payments) }));
  workload.run({ kind: 'query', request: random.pick(questions) }, undefined);
}
