import { parseEnvelopeSubject, parseIntentSubject, subjects } from '#contracts';

/**
 * May the answer to an intent or envelope be sent there? Only below the answers of the credential that published it: the header
 * is the caller's word, and an answer sent elsewhere would be one that a service was made to forge (D16).
 *
 * `subject` as the stream holds it.
 */
export function replySubjectAllowed(subject: string, reply_to: string): boolean {
  const published = parseIntentSubject(subject) ?? parseEnvelopeSubject(subject);
  if (!published) return false;
  const prefix = `${subjects.answersOf(published.org, published.credential)}.`;
  if (!reply_to.startsWith(prefix)) return false;
  // Not empty, no wildcard, no empty token, nothing that ends the protocol's line.
  return /^[^\s.*>\p{Cc}]+(\.[^\s.*>\p{Cc}]+)*$/u.test(reply_to) && reply_to.length > prefix.length;
}
