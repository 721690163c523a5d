/**
 * Hints that the log may have grown. They are only hints: one that is lost costs a moment until the next look, one too many
 * costs a look, and what they say is never read (D10).
 */
export interface Wakeups {
  /** From now on a hint counts. To be called before looking, so that what comes while looking is not missed. */
  arm(): void;
  /** Whether there was a hint since `arm`. */
  heard(): boolean;
  /** Resolves at a hint since `arm`, or after this time. */
  wait(milliseconds: number): Promise<void>;
  close(): void;
}
