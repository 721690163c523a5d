import { freshId } from '#security';
import type { Owners } from '../ports.js';

/** Asked of the book itself, so that what the org has set a moment ago counts. Undefined where nobody says. */
export async function takesForeignPayments(
  owners: Owners,
  org: string,
  deadline: number,
): Promise<boolean | undefined> {
  const credential = { subject: 'owner', proven_by: 'owner' } as const;
  const query = { type: 'query.foreign_payments', org, credential, fresh_id: freshId(), deadline } as const;
  const answer = await owners.send(org, query);
  return answer.kind === 'foreign_payments' ? answer.accepted : undefined;
}
