import { inheritedEnvironment } from '#config';

/**
 * Resolves when this process is asked to stop: SIGINT, SIGTERM, SIGHUP, or, under `npm start`, when npm is gone. A signal
 * that reaches npm or its shell only would otherwise leave everything running.
 */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    // Not "once": a second Ctrl-C must not end this process before it has stopped the others.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    if (inheritedEnvironment()['npm_lifecycle_event'] !== 'start') return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve('the end of npm');
    }, 300).unref();
  });
}
