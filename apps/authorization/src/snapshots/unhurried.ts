import { setTimeout as sleep } from 'node:timers/promises';

/** A third of the time works, the rest is left to those that somebody waits for. */
const RESTS_FOR_EACH_WORK = 2;
/** However long a step took, such as one that waited for a processor itself. */
const REST_MAXIMUM_MS = 500;

interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

/** To be called between the steps of a long work: rests twice as long as the step took. */
export function unhurried(clock: Clock = { now: () => performance.now(), sleep }): () => Promise<void> {
  let began = clock.now();
  return async () => {
    await clock.sleep(Math.min(REST_MAXIMUM_MS, RESTS_FOR_EACH_WORK * (clock.now() - began)));
    began = clock.now();
  };
}
