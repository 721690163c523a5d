import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

/**
 * The different priorities of a process's threads, and that of its session where Linux shares processors among sessions; lowest number first.
 * The system's first session, in which nothing is said of a share, has priority 0 and cannot be put back.
 */
export function nicenessOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  const threads = existsSync(tasks) ? readdirSync(tasks).map(Number) : [pid];
  const session = `/proc/${pid}/autogroup`;
  const found = new Set(threads.map((thread) => getPriority(thread)));
  if (existsSync(session)) found.add(Number(/nice (-?\d+)/.exec(readFileSync(session, 'utf8'))?.[1] ?? 0));
  return [...found].sort((one, other) => one - other);
}
