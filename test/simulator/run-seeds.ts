import { HistoryFailed, runHistory } from './history.js';

/** Every `step`-th seed from `from` to `to`. */
export interface Seeds {
  from: number;
  to: number;
  step: number;
}

/** What many histories came to. */
export interface Tally {
  histories: number;
  steps: number;
  events: number;
  operations: number;
  broken: number;
}

const BROKEN_MAXIMUM = 5;

export interface SeedObserver {
  began(seed: number): void;
  broke(failure: HistoryFailed): void;
  /** Lines of a whole history, where somebody reads them. */
  noted?: (line: string) => void;
}

/** Runs one history after the other; ends early where many are broken, since one is enough to look at. */
export async function runSeeds({ from, to, step }: Seeds, observer: SeedObserver): Promise<Tally> {
  const tally: Tally = { histories: 0, steps: 0, events: 0, operations: 0, broken: 0 };
  for (let seed = from; seed <= to && tally.broken < BROKEN_MAXIMUM; seed += step) {
    observer.began(seed);
    tally.histories += 1;
    try {
      const report = await runHistory(seed, { onNote: observer.noted });
      tally.steps += report.steps;
      tally.events += report.events;
      tally.operations += report.operations;
    } catch (error) {
      if (!(error instanceof HistoryFailed)) throw error;
      tally.broken += 1;
      observer.broke(error);
    }
  }
  return tally;
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum: Tally = { histories: 0, steps: 0, events: 0, operations: 0, broken: 0 };
  for (const tally of tallies) for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += tally[name];
  return sum;
}
