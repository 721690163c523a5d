import type { OwnerAnswer } from '#contracts';
import type { OwnerCommand } from './owner-request.js';

/** An owner in the caller's process. What is handed to it, and what it answers, are copied as if they had travelled. */
export interface NearOwner {
  /** Whether it owns the partition now. */
  owns(partition: number): boolean;
  /** `answer` is called once, at once or later. Must not throw. `not_owner` where it no longer owns the partition. */
  take(partition: number, command: OwnerCommand, answer: (answer: OwnerAnswer) => void): void;
}
