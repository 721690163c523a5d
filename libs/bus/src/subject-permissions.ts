import { subjects, type CredentialView } from '#contracts';

/** What one credential may do on the bus. Absent means nothing at all. */
export interface BusPermissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** A credential that its book's owner has verified, and whose book that is. */
export interface VerifiedCredential {
  org: string;
  credential: CredentialView;
}

/**
 * Its own intents and envelopes, its own answers, its own feed, and nothing else: no JetStream API, no inbox that others could guess
 * (D16). A publish acknowledgement comes to an inbox, which therefore lies below the credential's answers.
 *
 * Gives the reason where a credential has no business on the bus.
 */
export function permissionsOf(verified: VerifiedCredential): BusPermissions | { refused: string } {
  const { org, credential } = verified;
  if ([org, credential.subject].some((id) => !/^[A-Za-z0-9_]+$/.test(id))) return { refused: 'The id is none' };
  const answers = `${subjects.answersOf(org, credential.subject)}.>`;
  switch (credential.kind) {
    case 'agent':
      return {
        publish: [
          subjects.intent(org, credential.subject, credential.subject),
          subjects.envelope(org, credential.subject, credential.subject),
        ],
        subscribe: [answers, subjects.feed(org, credential.subject)],
      };
    case 'key':
      if (credential.role === 'finance') return { publish: [], subscribe: [subjects.feedOfOrg(org)] };
      if (credential.role === undefined) return { refused: 'The key has no role' };
      return {
        publish: [subjects.intent(org, '*', credential.subject), subjects.envelope(org, '*', credential.subject)],
        subscribe: [answers, subjects.feedOfOrg(org)],
      };
    case 'session':
      return { refused: "A session's token opens no connection: come with the agent's, and name the session" };
  }
}

/** The inbox prefix with which a client must connect, so that publish acknowledgements reach it. */
export function clientInboxPrefix(org: string, subject: string): string {
  return `${subjects.answersOf(org, subject)}.inbox`;
}
