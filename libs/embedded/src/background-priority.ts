import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** How far a process stands back: one of priority 0 gets nine times as much of a processor that both want, and all of it is there for whoever is alone. */
export const BACKGROUND_NICENESS = 10;

const RETRY_MS = 150;

/**
 * Lets a process that was just started do its work when those that somebody waits for leave room for it (decision 091). To be called before it has
 * threads of its own: they take over what is set here. Without the right to do so it stays as it is.
 */
export function giveBackgroundPriority(pid: number, tries = 10): void {
  try {
    // Whoever stands back further itself has started it there.
    setPriority(pid, Math.max(BACKGROUND_NICENESS, getPriority()));
  } catch {
    return; // It has ended, or belongs to somebody else.
  }
  // Where Linux shares processors among sessions first, each process here is one of its own, and its niceness says nothing to others.
  try {
    writeFileSync(`/proc/${pid}/autogroup`, `${BACKGROUND_NICENESS}`);
  } catch (error) {
    // Whoever is not root may say this ten times a second, whichever process it is about.
    const mayPassLater = (error as NodeJS.ErrnoException).code === 'EAGAIN' && tries > 1;
    if (mayPassLater) setTimeout(() => giveBackgroundPriority(pid, tries - 1), RETRY_MS).unref();
  }
}
