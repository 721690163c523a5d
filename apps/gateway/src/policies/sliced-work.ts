/** A slice of work that holds up whatever else this process has to do, and no longer. */
const SLICE_MS = 4;

/**
 * Long work on the event loop that answers other requests: after each slice the loop has a whole turn, and however many such
 * works there are, one slice is done in a turn.
 */
export class SlicedWork {
  #queue: Promise<void> = Promise.resolve();

  begin(): Slices {
    return new Slices(() => (this.#queue = this.#queue.then(nextTurn)));
  }
}

export class Slices {
  #began = performance.now();

  constructor(private readonly turn: () => Promise<void>) {}

  /** To be asked between small steps; where it is, `next` is to be awaited. */
  isOver(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  async next(): Promise<void> {
    await this.turn();
    this.#began = performance.now();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
