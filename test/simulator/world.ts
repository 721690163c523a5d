import type { Random } from './random.js';

/** Somebody to whom things happen: a process that can be paused (the clock goes on) or ended (nothing happens to it any more). */
export class Actor {
  ended = false;
  paused = false;
  readonly deferred: Step[] = [];
  /** Goes into the fingerprint for the name. */
  readonly mark: number;

  constructor(readonly name: string) {
    this.mark = mixed(FIRST_MARK, name);
  }
}

export interface Step {
  at: number;
  /** Steps of one moment come in an order that the seed gives. */
  tie: number;
  number: number;
  name: string;
  actor: Actor | undefined;
  cancelled: boolean;
  run: () => void;
}

const TRACE_STEPS = 40;
/** What happens all the time, to nobody's interest. */
const HUM = /^(a timer|soon)$|(ask the time|renew|claim)( of | is answered)/;
const FIRST_MARK = 0x811c9dc5;

/**
 * Time and order of one history. Nothing in it waits for real: whatever happens is a step that the seed has placed, and
 * between two steps all that the step has set free (promises) runs to its end.
 */
export class World {
  now: number;
  steps = 0;
  /** FNV-1a over the names and times of all steps: equal for two runs of one seed. */
  fingerprint = FIRST_MARK;
  /** Told of every line of the trace, for whoever wants to read a whole history. */
  onNote: ((line: string) => void) | undefined;
  readonly #queue: Step[] = [];
  readonly #trace: { at: number; text: string }[] = [];
  #number = 0;

  constructor(
    readonly random: Random,
    readonly started_at: number,
  ) {
    this.now = started_at;
  }

  /** The last steps, oldest first. */
  get trace(): readonly string[] {
    const from = Math.max(0, this.#trace.length - TRACE_STEPS);
    return this.#trace.slice(from).map((noted) => this.#line(noted));
  }

  /** Returns what cancels it. */
  after(delay_ms: number, name: string, run: () => void, actor?: Actor): () => void {
    const step: Step = {
      at: this.now + Math.max(0, delay_ms),
      tie: this.random.next(),
      number: this.#number++,
      name,
      actor,
      cancelled: false,
      run,
    };
    this.#push(step);
    return () => (step.cancelled = true);
  }

  note(text: string): void {
    const noted = { at: this.now, text };
    this.onNote?.(this.#line(noted));
    this.#trace.push(noted);
    if (this.#trace.length > 10 * TRACE_STEPS) this.#trace.splice(0, 9 * TRACE_STEPS);
  }

  #line({ at, text }: { at: number; text: string }): string {
    return `${((at - this.started_at) / 1000).toFixed(3).padStart(8)} s  ${text}`;
  }

  pause(actor: Actor): void {
    actor.paused = true;
  }

  /** What was due meanwhile happens now, in the order in which it was due. */
  resume(actor: Actor): void {
    if (!actor.paused) return;
    actor.paused = false;
    for (const step of actor.deferred.splice(0)) {
      // The number keeps their order.
      step.at = this.now;
      step.tie = 0;
      this.#push(step);
    }
  }

  end(actor: Actor): void {
    actor.ended = true;
    actor.deferred.length = 0;
  }

  /** Runs until nothing is left, the time is reached, or `done` says so. */
  async runUntil(time: number, done: () => boolean = () => false): Promise<void> {
    while (!done()) {
      const step = this.#queue[0];
      if (!step || step.at > time) {
        this.now = Math.max(this.now, time);
        return;
      }
      this.#pop();
      if (!this.#take(step)) continue;
      // Everything that the step has set free runs before the next one: all promises first, then this. Now and then the
      // process may look around, for signals and timeouts.
      await new Promise<void>((resolve) =>
        this.steps % 1_000 === 0 ? setImmediate(resolve) : process.nextTick(resolve),
      );
    }
  }

  /** Whether anything happened: not where it was cancelled, or its actor has ended or sleeps. */
  #take(step: Step): boolean {
    const { name, actor } = step;
    if (step.cancelled || actor?.ended) return false;
    this.now = Math.max(this.now, step.at);
    if (actor?.paused) {
      actor.deferred.push(step);
      return false;
    }
    this.steps += 1;
    this.#mix(name, actor?.mark ?? 0);
    if (!HUM.test(name)) this.note(actor ? `${actor.name}: ${name}` : name);
    step.run();
    return true;
  }

  #mix(name: string, actor: number): void {
    this.fingerprint = mixed(mix(mix(this.fingerprint, Math.floor(this.now * 1_000)), actor), name);
  }

  #push(step: Step): void {
    const queue = this.#queue;
    let index = queue.push(step) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(step, queue[parent]!)) break;
      queue[index] = queue[parent]!;
      index = parent;
    }
    queue[index] = step;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop()!;
    if (queue.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) child++;
      if (!isBefore(queue[child]!, last)) break;
      queue[index] = queue[child]!;
      index = child;
    }
    queue[index] = last;
  }
}

function isBefore(a: Step, b: Step): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.tie !== b.tie ? a.tie < b.tie : a.number < b.number;
}

/** FNV-1a. */
function mixed(mark: number, text: string): number {
  for (let index = 0; index < text.length; index++) mark = mix(mark, text.charCodeAt(index));
  return mark;
}

function mix(mark: number, value: number): number {
  return Math.imul(mark ^ value, 0x01000193) >>> 0;
}
