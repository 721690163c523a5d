/** Bounds of one service in this process. */
export interface ServiceBounds {
  rate_per_minute?: number | undefined;
  in_flight?: number | undefined;
}

interface Lane {
  running: number;
  waiting: (() => void)[];
  tokens: number;
  /** When the tokens were counted, in milliseconds. */
  counted_at: number;
}

export type Entry = { ok: true; leave: () => void } | { ok: false; retry_after_ms: number };

const DEFAULT_IN_FLIGHT = 64;
const LANES_MAXIMUM = 10_000;

/**
 * How many calls of a service run at once, and how many begin in a minute, per org and service and process. Who comes too early
 * waits for as long as it has time; who would wait longer is told when to come again, and nothing was held for it.
 */
export class ServiceLimits {
  readonly #lanes = new Map<string, Lane>();

  constructor(private readonly now: () => number = Date.now) {}

  async enter(name: string, bounds: ServiceBounds, until: number): Promise<Entry> {
    const lane = this.#laneOf(name, bounds);
    const wait = this.#takeToken(lane, bounds, until);
    if (wait.over) return { ok: false, retry_after_ms: wait.milliseconds };
    if (wait.milliseconds > 0) await sleep(wait.milliseconds);
    const most = bounds.in_flight ?? DEFAULT_IN_FLIGHT;
    if (lane.running < most) lane.running += 1;
    else if (!(await this.#turn(lane, until))) {
      // It has begun nothing: another may in its stead.
      lane.tokens += 1;
      return { ok: false, retry_after_ms: 1_000 };
    }
    let left = false;
    return {
      ok: true,
      leave: () => {
        if (left) return;
        left = true;
        this.#leave(lane);
      },
    };
  }

  /** Who waits takes the place of who leaves; nobody comes in between. */
  #leave(lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) next();
    else lane.running -= 1;
  }

  #laneOf(name: string, { rate_per_minute = 0 }: ServiceBounds): Lane {
    let lane = this.#lanes.get(name);
    if (!lane) {
      if (this.#lanes.size >= LANES_MAXIMUM) this.#forgetIdle();
      lane = { running: 0, waiting: [], tokens: burstOf(rate_per_minute), counted_at: this.now() };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #forgetIdle(): void {
    const idle = this.now() - 120_000;
    for (const [name, lane] of this.#lanes)
      if (lane.running === 0 && lane.waiting.length === 0 && lane.counted_at < idle) this.#lanes.delete(name);
  }

  /** Tokens may be owed: each newcomer waits behind those that wait already. */
  #takeToken(lane: Lane, { rate_per_minute }: ServiceBounds, until: number): { milliseconds: number; over: boolean } {
    if (rate_per_minute === undefined) return { milliseconds: 0, over: false };
    const now = this.now();
    const per_ms = rate_per_minute / 60_000;
    lane.tokens = Math.min(burstOf(rate_per_minute), lane.tokens + (now - lane.counted_at) * per_ms);
    lane.counted_at = now;
    const milliseconds = lane.tokens >= 1 ? 0 : Math.ceil((1 - lane.tokens) / per_ms);
    if (milliseconds > 0 && now + milliseconds > until) return { milliseconds, over: true };
    lane.tokens -= 1;
    return { milliseconds, over: false };
  }

  #turn(lane: Lane, until: number): Promise<boolean> {
    return new Promise((resolve) => {
      const come = (): void => {
        clearTimeout(patience);
        resolve(true);
      };
      const patience = setTimeout(
        () => {
          lane.waiting.splice(lane.waiting.indexOf(come), 1);
          resolve(false);
        },
        Math.max(0, until - this.now()),
      );
      lane.waiting.push(come);
    });
  }
}

/** A sixth of a minute's calls may begin at once. */
function burstOf(rate_per_minute: number): number {
  return Math.max(1, rate_per_minute / 6);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
