/** Runs work that goes on until Ctrl-C (or the end of the terminal), which ends it in order. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Interrupted());
  for (const name of SIGNALS) process.once(name, interrupt);
  try {
    await work(stop.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

/** What a pause or a call that was interrupted is rejected with. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @throws Interrupted where the signal ends it */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
