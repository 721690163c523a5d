import type { CredentialVerifier, OwnerClient } from '#bus';
import { freshId, parseToken } from '#security';

/** Who a connection to the bus is, asked of the book's owner: the same answer as over HTTP, and as fresh (D16). */
export function verifyBearer(owners: OwnerClient): CredentialVerifier {
  return async (bearer) => {
    const { org, subject, proof } = parseToken(bearer);
    const answer = await owners.send(org, {
      type: 'query.credential',
      org,
      credential: { subject, proof },
      fresh_id: freshId(),
    });
    if (answer.kind === 'credential') return { org, credential: answer.credential };
    if (answer.kind === 'refused') return { refused: answer.refusal.code };
    throw new Error(`the owner of ${org} does not answer`);
  };
}
