import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Logger } from '#observability';

/** A start replays at most about this many events of a partition: some three seconds. */
export const EVENTS_BETWEEN_SNAPSHOTS = 500_000;
const LOOK_EVERY_MS = 60_000;

/** Has snapshots made by a process of its own, one at a time, while this one goes on deciding. */
export class SnapshotKeeper {
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #child: ChildProcess | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** `isDue` says whether any partition has grown enough; a process that finds nothing to do is not free. */
  start(isDue: () => Promise<boolean>): void {
    this.#timer = setInterval(() => void this.#look(isDue), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#child?.kill('SIGTERM');
  }

  async #look(isDue: () => Promise<boolean>): Promise<void> {
    try {
      if (await isDue()) this.make();
    } catch (error) {
      this.#logger.warn({ err: error }, 'it cannot be told whether snapshots are due');
    }
  }

  /** Starts making what is due, unless that is under way. */
  make(events_minimum = EVENTS_BETWEEN_SNAPSHOTS): void {
    if (this.#child) return;
    const file = fileURLToPath(
      new URL(`./snapshot-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
    );
    const child = fork(file, [String(events_minimum)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    child.once('error', (error) => this.#logger.error({ err: error }, 'snapshots cannot be made'));
    child.once('exit', (code) => {
      if (this.#child === child) this.#child = undefined;
      if (code) this.#logger.error({ code }, 'the process that makes snapshots failed');
    });
  }
}
