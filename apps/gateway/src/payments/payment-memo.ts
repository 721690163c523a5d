import type { OwnerAnswer, RecordedEvent } from '#contracts';
import { indexedIdOf } from '#domain';
import { memoNote, noteHash, type SealedText } from '#event-log';
import type { Notes } from '../ports.js';

/** Keeps the memo of a payment, or of a payment request, that was recorded with it, refused ones too; not the memo of a repeated key. */
export async function keepMemo(notes: Notes, answer: OwnerAnswer, memo: SealedText): Promise<void> {
  const recorded = answer.kind === 'refused' ? answer.recorded : answer.kind === 'recorded' ? answer : undefined;
  const note = recorded && memoNote(recorded.event, memo);
  if (note) await notes.keep(note);
}

/** The memo of a payment while it is kept. A text that is not the one of the log is not shown. */
export async function readMemo(notes: Notes, events: readonly RecordedEvent[]): Promise<string | undefined> {
  const first = events[0]?.event;
  if (!first || !('memo_hash' in first) || first.memo_hash === undefined) return undefined;
  const subject = indexedIdOf(first)!;
  const kept = (await notes.read('memo', [subject])).get(subject);
  return kept && noteHash(kept.salt, kept.text) === first.memo_hash ? kept.text : undefined;
}
