import { parseIntentSubject, subjects } from '#contracts';

/**
 * May the answer to an intent be sent there? Only below the answers of the credential that published it: the header is
 * the caller's word, and an answer sent elsewhere would be one that the owner was made to forge (D16).
 *
 * `intent_subject` as the stream holds it.
 */
export function replySubjectAllowed(intent_subject: string, reply_to: string): boolean {
  const intent = parseIntentSubject(intent_subject);
  if (!intent) return false;
  const prefix = `${subjects.answersOf(intent.org, intent.credential)}.`;
  if (!reply_to.startsWith(prefix)) return false;
  // Not empty, no wildcard, no empty token, nothing that ends the protocol's line.
  return /^[^\s.*>\p{Cc}]+(\.[^\s.*>\p{Cc}]+)*$/u.test(reply_to) && reply_to.length > prefix.length;
}
