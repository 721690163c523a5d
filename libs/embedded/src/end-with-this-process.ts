import { watchdog } from './watchdog.js';

/**
 * Has another process of ours ended when this one is gone, even by SIGKILL.
 *
 * @returns a function to call when that process has ended by itself.
 */
export function endWithThisProcess(pid: number, signals: readonly NodeJS.Signals[]): () => void {
  watchdog.watch(pid, signals);
  return () => watchdog.forget(pid);
}
