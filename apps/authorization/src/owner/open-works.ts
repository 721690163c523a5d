import type { OwnerAnswer } from '#contracts';
import { PassingSet } from '#domain';
import type { OwnerParts } from './owner-parts.js';
import type { Work } from './work.js';

/**
 * The works of the cycle that runs and that nobody has been told about: whatever happens, each is answered exactly once. What comes of answers
 * takes longer than the next append to begin, so that goes first: they are sent soon, or as soon as nothing else waits.
 */
export class OpenWorks {
  readonly #open = new PassingSet<Work>();
  #ready: { work: Work; answer: OwnerAnswer }[] = [];

  constructor(private readonly parts: Pick<OwnerParts, 'alarm' | 'scheduler'>) {}

  add(works: readonly Work[]): void {
    for (const work of works) this.#open.add(work);
  }

  has(work: Work): boolean {
    return this.#open.has(work);
  }

  /** The first answer counts. */
  answer(work: Work, answer: OwnerAnswer): void {
    if (!this.#open.delete(work)) return;
    if (this.#ready.length === 0) this.parts.scheduler.soon(() => this.sendReady());
    this.#ready.push({ work, answer });
  }

  /** One that cannot be sent keeps nobody else from his. */
  sendReady(): void {
    const ready = this.#ready;
    this.#ready = [];
    for (const { work, answer } of ready) send(work, answer, this.parts.alarm);
  }

  /** Done, and nobody waits for an answer. */
  close(work: Work): void {
    this.#open.delete(work);
  }

  /** Those of the given works that are still open, to be decided in a later cycle. */
  takeBack(works: readonly Work[]): Work[] {
    return works.filter((work) => this.#open.delete(work));
  }

  answerRest(answer: OwnerAnswer): void {
    for (const work of [...this.#open]) this.answer(work, answer);
  }
}

export function send(work: Work, answer: OwnerAnswer, alarm: (message: string, error: unknown) => void): void {
  try {
    work.answer(answer);
  } catch (error) {
    alarm(`an answer to ${work.request.type} could not be sent`, error);
  }
}
