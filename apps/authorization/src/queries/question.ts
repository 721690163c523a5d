import type { OwnerAnswer } from '#contracts';
import type { Actor, Book, Decline } from '#domain';
import type { LogStore } from '#event-log';
import type { OwnedPartition } from '../owner/partition.js';

/** What a question is answered from: committed state only. */
export interface QuestionContext {
  log: LogStore;
  org: string;
  partition: OwnedPartition;
  book: Book;
  actor: Actor;
  now: number;
}

export function refused(refusal: Decline): OwnerAnswer {
  return { kind: 'refused', refusal };
}
