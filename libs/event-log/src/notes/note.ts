import { hash, randomBytes } from 'node:crypto';
import { indexedIdOf, type BookEvent } from '#domain';

/** Memos of payments, descriptions of sessions. */
export type NoteKind = 'memo' | 'description';

/** A text that lies beside the log for a while. The log holds the hash of salt and text (D20). */
export interface Note {
  kind: NoteKind;
  /** Id of the payment, payment request or session that it belongs to. */
  subject: string;
  text: string;
  salt: string;
}

export interface SealedText {
  text: string;
  salt: string;
  hash: string;
}

/** A text with a new salt, and the hash of both for the log: without the salt not even a short text can be guessed. */
export function sealText(text: string): SealedText {
  const salt = randomBytes(32).toString('base64url');
  return { text, salt, hash: noteHash(salt, text) };
}

export function noteHash(salt: string, text: string): string {
  return hash('sha256', `${salt}:${text}`, 'base64url');
}

/**
 * The note of a memo whose payment or payment request was recorded by this event. Undefined where the event has another memo's hash or none:
 * it answers a repeated key, whose first request had another text.
 */
export function memoNote(event: BookEvent, memo: SealedText): Note | undefined {
  if (!('memo_hash' in event) || event.memo_hash !== memo.hash) return undefined;
  return { kind: 'memo', subject: indexedIdOf(event)!, text: memo.text, salt: memo.salt };
}
