import type { LogVerifier, Verification } from '../ports.js';

/** So long an answer is given again, instead of hashing the whole partition for every caller. */
const FRESH_MS = 60_000;

export type VerificationState =
  | { state: 'finished'; verification: Verification; finished_at: number }
  | { state: 'running'; position: number; head: number };

interface Run {
  finished: Promise<VerificationState>;
  position: number;
  head: number;
  finishedAt?: number;
}

/** Verifications of partitions: one at a time, each for all who ask for it meanwhile, and kept for a minute. */
export class Verifications {
  readonly #runs = new Map<number, Run>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly verifier: LogVerifier,
    private readonly now: () => number = Date.now,
  ) {}

  /** What is known after at most `wait_ms`. Rejects where the log could not be read. */
  async of(partition: number, wait_ms: number): Promise<VerificationState> {
    let run = this.#runs.get(partition);
    if (!run || (run.finishedAt !== undefined && this.now() - run.finishedAt > FRESH_MS)) {
      run = this.#start(partition);
      this.#runs.set(partition, run);
    }
    return Promise.race([run.finished, this.#progress(run, wait_ms)]);
  }

  #start(partition: number): Run {
    const run: Run = { finished: Promise.resolve({ state: 'running', position: 0, head: 0 }), position: 0, head: 0 };
    run.finished = this.#last.then(() => this.#verify(partition, run));
    this.#last = run.finished.catch(() => this.#runs.delete(partition));
    return run;
  }

  async #verify(partition: number, run: Run): Promise<VerificationState> {
    const verification = await this.verifier.verify(partition, (position, head) => {
      run.position = position;
      run.head = head;
    });
    run.finishedAt = this.now();
    return { state: 'finished', verification, finished_at: run.finishedAt };
  }

  #progress(run: Run, wait_ms: number): Promise<VerificationState> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ state: 'running', position: run.position, head: run.head }), wait_ms);
      run.finished.finally(() => clearTimeout(timer)).catch(() => undefined);
    });
  }
}
