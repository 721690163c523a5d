import { describe, expect, it } from '@jest/globals';
import type { Verification } from '../ports.js';
import { Verifications } from './verifications.js';

const whole: Verification = { events: 3, partitions: [{ position: 3, hash: Buffer.alloc(32) }], faults: [] };

describe('Verifications of the log', () => {
  it('say how far they are to callers that cannot wait, and go on', async () => {
    let finish: (found: Verification) => void = () => undefined;
    const verifications = new Verifications({
      verify: (_, onProgress) => {
        onProgress(2, 3);
        return new Promise((resolve) => (finish = resolve));
      },
    });
    expect(await verifications.of(7, 10)).toEqual({ state: 'running', position: 2, head: 3 });
    finish(whole);
    expect(await verifications.of(7, 1000)).toMatchObject({ state: 'finished', verification: whole });
  });

  it('run one at a time and are kept for a minute', async () => {
    let clock = 0;
    let running = 0;
    let most = 0;
    let runs = 0;
    const verifications = new Verifications(
      {
        verify: async () => {
          runs += 1;
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          return whole;
        },
      },
      () => clock,
    );
    await Promise.all([1, 2, 3, 1].map((partition) => verifications.of(partition, 1000)));
    expect([runs, most]).toEqual([3, 1]);
    clock = 60_000;
    await verifications.of(1, 1000);
    expect(runs).toBe(3);
    clock = 60_001;
    await verifications.of(1, 1000);
    expect(runs).toBe(4);
  });

  it('that could not read the log are tried again, and hold up nobody', async () => {
    let attempts = 0;
    const verifications = new Verifications({
      verify: () => ((attempts += 1) === 1 ? Promise.reject(new Error('no log')) : Promise.resolve(whole)),
    });
    await expect(verifications.of(1, 1000)).rejects.toThrow('no log');
    expect(await verifications.of(1, 1000)).toMatchObject({ state: 'finished' });
  });
});
