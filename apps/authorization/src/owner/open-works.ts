import type { OwnerAnswer } from '#contracts';
import { PassingSet } from '#domain';
import type { Work } from './work.js';

/** The works of the cycle that runs and that nobody has been told about: whatever happens, each is answered exactly once. */
export class OpenWorks {
  readonly #open = new PassingSet<Work>();

  constructor(private readonly alarm: (message: string, error: unknown) => void) {}

  add(works: readonly Work[]): void {
    for (const work of works) this.#open.add(work);
  }

  has(work: Work): boolean {
    return this.#open.has(work);
  }

  /** The first answer counts. One that cannot be sent keeps nobody else from his. */
  answer(work: Work, answer: OwnerAnswer): void {
    if (!this.#open.delete(work)) return;
    send(work, answer, this.alarm);
  }

  /** Done, and nobody waits for an answer. */
  close(work: Work): void {
    this.#open.delete(work);
  }

  /** Those of the given works that are still open, to be decided in a later cycle. */
  takeBack(works: readonly Work[]): Work[] {
    return works.filter((work) => this.#open.delete(work));
  }

  takeRest(): Work[] {
    const rest = [...this.#open];
    this.#open.clear();
    return rest;
  }
}

export function send(work: Work, answer: OwnerAnswer, alarm: (message: string, error: unknown) => void): void {
  try {
    work.answer(answer);
  } catch (error) {
    alarm(`an answer to ${work.request.type} could not be sent`, error);
  }
}
