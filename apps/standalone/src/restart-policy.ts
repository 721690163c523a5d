const firstDelayMilliseconds = 100;
const longestDelayMilliseconds = 5_000;
const windowMilliseconds = 60_000;

/**
 * How long to wait before something that ended by itself is started again: longer each time within a minute.
 * Undefined means: give up, it does not get better.
 */
export class RestartPolicy {
  private ends: number[] = [];

  constructor(private readonly mostPerMinute = 10) {}

  delayAfterEnd(nowMilliseconds: number): number | undefined {
    this.ends = this.ends.filter((end) => end > nowMilliseconds - windowMilliseconds);
    this.ends.push(nowMilliseconds);
    if (this.ends.length > this.mostPerMinute) return undefined;
    return Math.min(firstDelayMilliseconds * 2 ** (this.ends.length - 1), longestDelayMilliseconds);
  }
}
