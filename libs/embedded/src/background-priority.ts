import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** How far a process stands back: one of priority 0 gets nine times as much of a processor that both want, and all of it is there for whoever is alone. */
export const BACKGROUND_NICENESS = 10;

const RETRY_MS = 150;
const TRIES = 10;

/**
 * Lets a process that was just started do its work when those that somebody waits for leave room for it (decision 091). To be called before it has
 * threads of its own: they take over what is set here. It is a wish: a process that has ended, or a system that does not grant it, is left as it is.
 */
export function giveBackgroundPriority(pid: number): void {
  try {
    // Whoever stands back further itself has started it there.
    setPriority(pid, Math.max(BACKGROUND_NICENESS, getPriority()));
  } catch {
    return;
  }
  if (process.platform === 'linux') putSessionBack(pid, TRIES);
}

/** Where Linux shares processors among sessions first, each process here is one of its own, and its niceness says nothing to others. */
function putSessionBack(pid: number, tries: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, `${BACKGROUND_NICENESS}`);
  } catch (error) {
    // Whoever is not root may say this ten times a second, whichever process it is about. All else says that there is no such share.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || tries <= 1) return;
    setTimeout(() => putSessionBack(pid, tries - 1), RETRY_MS).unref();
  }
}
