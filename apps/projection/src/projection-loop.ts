import type { Logger } from '#observability';
import type { Advance } from '#read-models';
import type { Wakeups } from './wakeups/wakeups.js';

export interface ProjectionLoopParts {
  projection: { advance(): Promise<Advance>; stop(): void; close(): Promise<void> };
  wakeups: Wakeups;
  /** Builds the tables of this version where the live ones are of an older one. */
  rebuild(): Promise<unknown>;
  logger: Logger;
  pace?: Partial<Pace>;
}

export interface Pace {
  /**
   * Rest after taking something in: eight times as long as that took, between these bounds, and no longer than payments go on
   * coming. Collecting for a moment makes larger batches, which cost PostgreSQL far less for each event, and leaves the
   * machine to the payments.
   */
  rest_ms: number;
  rest_maximum_ms: number;
  /** From this many events at a time on there is no rest: the log grows faster than it is taken in. */
  crowded_events: number;
  /** How long to wait for a hint when there was nothing new; doubled while that goes on. */
  idle_ms: number;
  idle_maximum_ms: number;
  /** Between attempts after an error, doubled each time, and between looks while another process projects. */
  retry_ms: number;
  retry_maximum_ms: number;
}

const PACE: Pace = {
  rest_ms: 20,
  rest_maximum_ms: 400,
  crowded_events: 5_000,
  idle_ms: 250,
  idle_maximum_ms: 1_000,
  retry_ms: 200,
  retry_maximum_ms: 5_000,
};

/** Keeps the read models up with the log for as long as the process lives; no error ends it. */
export class ProjectionLoop {
  private readonly pace: Pace;
  private stopping = false;
  private running: Promise<void> | undefined;
  private idle_ms: number;
  private retry_ms: number;
  private lastState: Advance['state'] | 'failing' | undefined;
  private gapsReported = '';

  constructor(private readonly parts: ProjectionLoopParts) {
    this.pace = { ...PACE, ...parts.pace };
    this.idle_ms = this.pace.idle_ms;
    this.retry_ms = this.pace.retry_ms;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the batch under way is done and the connections are closed. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.parts.wakeups.close();
    this.parts.projection.stop();
    await this.running;
    await this.parts.projection.close();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const started = performance.now();
      let pause_ms: number;
      try {
        this.parts.wakeups.arm();
        pause_ms = await this.look(started);
      } catch (error) {
        pause_ms = this.afterError(error);
      }
      // Only an idle pause is cut short by a hint.
      if (pause_ms > 0 && !this.stopping) await this.pauseFor(pause_ms);
    }
  }

  /** Returns how long to pause. */
  private async look(started: number): Promise<number> {
    const advance = await this.parts.projection.advance();
    this.reportState(advance.state);
    if (advance.state === 'standby') return this.pace.retry_ms;
    if (advance.state === 'outdated') {
      await this.parts.rebuild();
      return 0;
    }
    this.retry_ms = this.pace.retry_ms;
    if (advance.quarantined > 0) {
      this.parts.logger.error(
        { events: advance.quarantined },
        'Events could not be taken in; see bursar_read.quarantine',
      );
    }
    this.reportGaps(advance.gaps);
    if (advance.events > 0) {
      this.idle_ms = this.pace.idle_ms;
      const { rest_ms, rest_maximum_ms, crowded_events } = this.pace;
      if (advance.events >= crowded_events) return 0;
      await this.rest(Math.min(rest_maximum_ms, Math.max(rest_ms, 8 * (performance.now() - started))));
      return 0;
    }
    await this.parts.wakeups.wait(this.idle_ms);
    this.idle_ms = Math.min(this.idle_ms * 2, this.pace.idle_maximum_ms);
    // A stream of hints that lead to nothing must not become a stream of looks.
    return Math.max(0, this.pace.rest_ms - (performance.now() - started));
  }

  private afterError(error: unknown): number {
    // What goes on failing for one reason fills no log; the state is logged again when it ends.
    if (this.lastState !== 'failing')
      this.parts.logger.error({ err: error }, 'The projection failed and will try again');
    this.lastState = 'failing';
    const pause_ms = this.retry_ms;
    this.retry_ms = Math.min(this.retry_ms * 2, this.pace.retry_maximum_ms);
    return pause_ms;
  }

  private reportState(state: Advance['state']): void {
    if (state === this.lastState) return;
    this.parts.logger.info({ state }, 'The projection has a new state');
    this.lastState = state;
  }

  private reportGaps(gaps: readonly { partition: number; missing_position: number }[]): void {
    const shown = JSON.stringify(gaps);
    if (shown === this.gapsReported) return;
    this.gapsReported = shown;
    if (gaps.length > 0)
      this.parts.logger.error({ gaps }, 'Positions of the log are missing; their partitions stand still');
  }

  /** Ends early when nothing was published for a moment: what is left shows at once then. */
  private async rest(milliseconds: number): Promise<void> {
    const step_ms = Math.max(this.pace.rest_ms, milliseconds / 8);
    const until = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !this.stopping; left = until - performance.now()) {
      this.parts.wakeups.arm();
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, step_ms)));
      if (!this.parts.wakeups.heard()) return;
    }
  }

  private async pauseFor(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    // In short steps, so that stopping need not wait for a long pause.
    for (let left = milliseconds; left > 0 && !this.stopping; left = until - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, 100)));
    }
  }
}
