import { freshId } from '#security';
import type { Owners } from '../ports.js';

/** Asked of the book itself, so that what the org has set a moment ago counts. Undefined where nobody says. */
export async function takesForeignPayments(
  owners: Owners,
  org: string,
  deadline: number,
): Promise<boolean | undefined> {
  const credential = { subject: 'owner', proven_by: 'owner' } as const;
  const answer = await owners.send(org, { type: 'query.organization', org, credential, fresh_id: freshId(), deadline });
  return answer.kind === 'organization' ? answer.organization.accept_foreign_payments : undefined;
}
