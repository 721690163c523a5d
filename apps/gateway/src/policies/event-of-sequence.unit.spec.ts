import { describe, expect, it } from '@jest/globals';
import type { LogReader } from '../ports.js';
import { eventOfSequence } from './event-of-sequence.js';

const [ONE, OTHER] = ['org_1', 'org_2'];

function logOf(orgs: readonly string[]): LogReader & { asked: number } {
  const sequences: Record<string, number> = {};
  const entries = orgs.map((org, index) => {
    sequences[org] = (sequences[org] ?? 0) + 1;
    const event = { org, sequence: sequences[org], labels: { org: ONE } };
    return { position: index + 1, payload: Buffer.from(JSON.stringify(event)) };
  });
  return {
    asked: 0,
    head: () => Promise.resolve({ position: entries.length }),
    read(_, after, upTo) {
      this.asked += upTo - after;
      return Promise.resolve(entries.slice(after, upTo));
    },
  };
}

describe('The event of a number in its book', () => {
  it('D8: is found however the events of other books lie between, and none where there is none', async () => {
    for (const [length, everyOther] of [
      [50, 2],
      [5_000, 3],
      [9_000, 4_000],
      [3_000, 1],
    ] as const) {
      const log = logOf(Array.from({ length }, (_, index) => (index % everyOther === everyOther - 1 ? ONE : OTHER)));
      const own = Math.floor(length / everyOther);
      for (const sequence of [1, 2, own >> 1, own - 1, own].filter((one) => one > 0 && one <= own)) {
        const found = await eventOfSequence(log, 3, ONE, sequence);
        expect([length, sequence, found?.position]).toEqual([length, sequence, sequence * everyOther]);
        expect(found?.event).toMatchObject({ org: ONE, sequence });
      }
      expect(await eventOfSequence(log, 3, ONE, own + 1)).toBeUndefined();
    }
    expect(await eventOfSequence(logOf([]), 3, ONE, 1)).toBeUndefined();
  });

  it('D8: reads little of a long log', async () => {
    const log = logOf(Array.from({ length: 200_000 }, (_, index) => (index % 7 === 6 ? ONE : OTHER)));
    expect((await eventOfSequence(log, 3, ONE, 20_011))?.position).toBe(20_011 * 7);
    expect(log.asked).toBeLessThan(15_000);
  });
});
