import { PassingMap } from '#domain';
import type { Outcome, Unknown } from './outcome.js';

/** Calls that this process is at, by their payment: who asks for the same one waits for it. */
export class RunningCalls {
  readonly #calls = new PassingMap<string, Promise<Outcome | Unknown>>();

  /** Runs to its end whether or not anybody waits for it. */
  run(payment_id: string, call: () => Promise<Outcome | Unknown>): Promise<Outcome | Unknown> {
    const running = call().finally(() => this.#calls.delete(payment_id));
    this.#calls.set(payment_id, running);
    return running;
  }

  get(payment_id: string): Promise<Outcome | Unknown> | undefined {
    return this.#calls.get(payment_id);
  }

  /** When all that run now have ended. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#calls.values());
  }
}
