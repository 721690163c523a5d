import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeLimit } from './time-limit.js';

describe('The time that is left for an exchange', () => {
  it('given that it is over, then the signal is given with the fault of AbortSignal.timeout', async () => {
    const { signal } = timeLimit(5);
    const theirs = AbortSignal.timeout(5);
    await sleep(50);
    expect([signal.aborted, signal.reason.name]).toEqual([true, theirs.reason.name]);
  });

  it('given that nobody waits any more, then it never is', async () => {
    const limit = timeLimit(5);
    limit.end();
    await sleep(50);
    expect(limit.signal.aborted).toBe(false);
  });
});
