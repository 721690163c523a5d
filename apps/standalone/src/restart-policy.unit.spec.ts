import { describe, expect, it } from '@jest/globals';
import { RestartPolicy } from './restart-policy.js';

describe('starting again', () => {
  it('waits longer each time, gives up after too many ends in a minute, and forgets the old ones', () => {
    const policy = new RestartPolicy(4);
    expect([0, 1, 2, 3].map((now) => policy.delayAfterEnd(now))).toEqual([100, 200, 400, 800]);
    expect(policy.delayAfterEnd(4)).toBeUndefined();
    expect(policy.delayAfterEnd(70_000)).toBe(100);
  });
});
