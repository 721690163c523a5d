import { describe, expect, it } from '@jest/globals';
import { unhurried } from './unhurried.js';

describe('Work that nobody waits for', () => {
  const working = () => {
    let time = 0;
    const rests: number[] = [];
    const between = unhurried({
      now: () => time,
      sleep: async (milliseconds) => {
        rests.push(milliseconds);
        time += milliseconds;
      },
    });
    const step = async (milliseconds: number) => {
      time += milliseconds;
      await between();
    };
    return { rests, step };
  };

  it('given steps, then it rests twice as long as each took, and does not count the rest as work', async () => {
    const { rests, step } = working();
    for (const milliseconds of [20, 20, 5]) await step(milliseconds);
    expect(rests).toEqual([40, 40, 10]);
  });

  it('given a step that took long, then it goes on after half a second', async () => {
    const { rests, step } = working();
    await step(10_000);
    expect(rests).toEqual([500]);
  });
});
