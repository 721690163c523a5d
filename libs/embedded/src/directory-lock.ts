import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './process-identity.js';

interface Holder {
  readonly pid: number;
  readonly identity: string;
}

/** Another process runs its servers in this folder. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';
}

/**
 * Takes a folder for this process and gives back the function that leaves it. The lock of a process that is
 * gone, by SIGKILL or by a power cut, counts for nothing.
 *
 * @throws DirectoryInUseError naming the process that has the folder.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = join(directory, 'lock');
  const mine = join(directory, `lock.${process.pid}.${Math.random().toString(36).slice(2)}`);
  const identity = identityOf(process.pid) ?? '';
  writeFileSync(mine, JSON.stringify({ pid: process.pid, identity } satisfies Holder), { mode: 0o600 });
  try {
    for (;;) {
      if (tryLink(mine, lock)) return () => rmSync(lock, { force: true });
      const held = readHolder(lock);
      if (held && identityOf(held.pid) === held.identity) throw inUse(directory, held);
      removeStale(lock, `${mine}.stale`, held);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two starts may find the same stale lock: the slower one must not remove the lock that the faster one took. */
function removeStale(lock: string, aside: string, stale: Holder | undefined): void {
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved && (moved.pid !== stale?.pid || moved.identity !== stale.identity)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    return typeof holder.pid === 'number' && typeof holder.identity === 'string' ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function inUse(directory: string, holder: Holder): DirectoryInUseError {
  return new DirectoryInUseError(
    `${directory} is in use by process ${holder.pid}. Stop that one first, or give another folder (BURSAR_DATA_DIR).`,
  );
}
