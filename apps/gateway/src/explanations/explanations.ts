import type { PastExplanation } from '#domain';
import type { DecisionPlace, Explainer } from '../ports.js';

/** A recorded decision and its explanation never change. */
const KEPT = 500;
const WAITING_MAXIMUM = 16;
/** One org leaves room for others. */
const WAITING_PER_ORG = 4;

interface UnderWay {
  org: string;
  finished: Promise<PastExplanation>;
}

/** Explanations of recorded decisions: one at a time, each for all who ask for it meanwhile, and kept. */
export class Explanations {
  readonly #known = new Map<string, PastExplanation>();
  readonly #underWay = new Map<string, UnderWay>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly explainer: Explainer) {}

  /**
   * The explanation, or undefined where it is not there after `wait_ms` (it is worked on further, and there later), or too
   * many are waited for. Rejects where the log could not be read.
   */
  async of(place: DecisionPlace, wait_ms: number): Promise<PastExplanation | undefined> {
    const name = `${place.partition}:${place.position}`;
    const known = this.#known.get(name);
    if (known) return known;
    const underWay = this.#underWay.get(name) ?? this.#begin(name, place);
    return underWay && within(underWay.finished, wait_ms);
  }

  #begin(name: string, place: DecisionPlace): UnderWay | undefined {
    const { org } = place;
    const ofOrg = [...this.#underWay.values()].filter((one) => one.org === org).length;
    if (this.#underWay.size >= WAITING_MAXIMUM || ofOrg >= WAITING_PER_ORG) return undefined;
    const finished = this.#last.then(() => this.#explain(name, place));
    this.#last = finished.catch(() => undefined);
    const underWay = { org, finished };
    this.#underWay.set(name, underWay);
    return underWay;
  }

  async #explain(name: string, place: DecisionPlace): Promise<PastExplanation> {
    try {
      const explanation = await this.explainer.explain(place);
      this.#known.set(name, explanation);
      const oldest = this.#known.keys().next();
      if (this.#known.size > KEPT && !oldest.done) this.#known.delete(oldest.value);
      return explanation;
    } finally {
      this.#underWay.delete(name);
    }
  }
}

function within<Result>(finished: Promise<Result>, wait_ms: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout;
  const over = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), wait_ms)));
  return Promise.race([finished, over]).finally(() => clearTimeout(timer));
}
