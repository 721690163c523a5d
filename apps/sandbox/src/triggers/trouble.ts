import type { Triggers } from './read-triggers.js';

/** How an answer fails to arrive as it is. */
export interface Trouble {
  readonly status?: number;
  readonly retry_after?: number;
  readonly delay_ms?: number;
  readonly garbage?: true;
  readonly empty?: true;
  readonly bytes?: number;
  readonly hangup?: true;
  readonly cut?: true;
}

const MOST_TEXTS = 10_000;

/** What goes wrong with a call, counted for texts that ask for a number of failures. */
export class Troubles {
  readonly #failed = new Map<string, number>();

  /** `fail_times` failures for each text, then none; without it, always. */
  next(text: string, triggers: Triggers): Trouble {
    const { fail_times } = triggers;
    const { status, retry_after, delay_ms, garbage, empty, bytes, hangup, cut } = triggers;
    const trouble = { status, retry_after, delay_ms, garbage, empty, bytes, hangup, cut };
    if (fail_times === undefined) return trouble;
    const failed = this.#failed.get(text) ?? 0;
    if (failed >= fail_times) return {};
    this.#failed.set(text, failed + 1);
    const oldest = this.#failed.keys().next().value;
    if (this.#failed.size > MOST_TEXTS && oldest !== undefined) this.#failed.delete(oldest);
    const isNamed = [status, delay_ms, garbage, empty, bytes, hangup, cut].some((each) => each !== undefined);
    return isNamed ? trouble : { ...trouble, status: 500 };
  }

  forget(): void {
    this.#failed.clear();
  }
}
