import { SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';
import type { MaintenanceProgress } from './maintenance-process.js';

export interface ProgressDisplay {
  show(progress: MaintenanceProgress): void;
  stop(): void;
}

/** A bar where a person looks; else one line for each phase, so that logs stay short. */
export function progressDisplay(terminal: Terminal): ProgressDisplay {
  return terminal.interactive ? bar() : lines(terminal);
}

function bar(): ProgressDisplay {
  const drawn = new SingleBar({
    format: '{phase} [{bar}] {percentage}%  {value} of {total} events  {eta_formatted} left',
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 50,
  });
  let started = false;
  return {
    show({ phase, done, total }) {
      // Events that came meanwhile may be more than were expected.
      const most = Math.max(total, done, 1);
      if (started) drawn.setTotal(most);
      else drawn.start(most, done, { phase });
      started = true;
      drawn.update(done, { phase });
    },
    stop: () => drawn.stop(),
  };
}

function lines(terminal: Terminal): ProgressDisplay {
  let last: string | undefined;
  return {
    show({ phase, total }) {
      if (phase === last) return;
      last = phase;
      terminal.err(`${phase} (${total} events)`);
    },
    stop: () => undefined,
  };
}
