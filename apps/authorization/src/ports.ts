import type { BookEvent } from '#domain';

/** The outside of the owner, as ports: the same owner runs on real parts and in the simulator. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Scheduler {
  /** Runs once, after at least `delay_ms`; returns what cancels it. */
  after(delay_ms: number, task: () => void): () => void;
  /** Runs when what is under way now is done: the pause in which more work can arrive. */
  soon(task: () => void): void;
}

export interface PublishedEvent {
  partition: number;
  position: number;
  event: BookEvent;
  payload: Buffer;
}

/** Carries committed events out (D9). Called in order of positions; must not throw and must not be waited for. */
export interface EventOutlet {
  committed(events: readonly PublishedEvent[]): void;
}

export interface IdSource {
  /** 32 hex digits of a UUIDv7. */
  freshId(): string;
}

export const systemClock: Clock = { now: () => Date.now() };

export const systemScheduler: Scheduler = {
  after(delay_ms, task) {
    const timer = setTimeout(task, delay_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon(task) {
    setImmediate(task);
  },
};
