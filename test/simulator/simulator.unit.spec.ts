import { describe, expect, it } from '@jest/globals';
import { inheritedEnvironment } from '#config';
import { runHistory } from './history.js';

/** A few of the thousands that `.ci/run` simulates: jest's modules run at half the speed. `SIMULATED_HISTORIES` sets how many. */
const HISTORIES_OF_EVERY_RUN = 100;
const HISTORIES = Number(inheritedEnvironment()['SIMULATED_HISTORIES'] ?? HISTORIES_OF_EVERY_RUN);
const TESTS = 4;
const SEEDS_PER_TEST = Math.ceil(HISTORIES / TESTS);

describe('histories of owners, clients, bus and database under faults', () => {
  for (let test = 0; test < TESTS; test++) {
    const from = test * SEEDS_PER_TEST + 1;
    const to = from + SEEDS_PER_TEST - 1;
    it(
      `A1, A4, B1, B2, C1, C2, D1, D3, D4, D6, D8, D15: hold in the histories of seeds ${from} to ${to}`,
      async () => {
        let operations = 0;
        for (let seed = from; seed <= to; seed++) operations += (await runHistory(seed)).operations;
        expect(operations).toBeGreaterThan(SEEDS_PER_TEST);
      },
      120_000 + SEEDS_PER_TEST * 500,
    );
  }

  it('gives the same history for the same seed, step by step', async () => {
    const [first, again] = [await runHistory(7), await runHistory(7)];
    expect(again).toEqual(first);
    expect((await runHistory(8)).fingerprint).not.toBe(first.fingerprint);
  }, 60_000);
});
