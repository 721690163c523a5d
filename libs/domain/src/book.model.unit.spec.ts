import { stdout } from 'node:process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inheritedEnvironment } from '#config';
import { anyStep, everythingEnds, ModelWorld, prologue, type Step } from '#testing';

/** Enough for 100,000 steps; `MODEL_HISTORIES=20000` runs more. */
const HISTORIES_OF_EVERY_RUN = 1_600;
const HISTORIES = Number(inheritedEnvironment()['MODEL_HISTORIES'] ?? HISTORIES_OF_EVERY_RUN);
const LONGEST = 120;

/** A history prints as the steps that it is made of. */
class History {
  constructor(readonly steps: readonly Step[]) {}
  [fc.toStringMethod](): string {
    return this.steps.map((step, index) => `\n  ${index + 1}. ${step.describe()}`).join('');
  }
}

/**
 * To run one failing history again, paste the `seed` and `path` that its message prints, e.g.
 * `{ seed: 1604837091, path: '12:3:3:0', endOnFailure: true }`.
 */
const AGAIN: fc.Parameters<[History]> = {};

const histories = fc
  .array(anyStep, { minLength: 1, maxLength: LONGEST, size: 'max' })
  .map((steps) => new History(steps));

let steps = 0;
let dryRuns = 0;
let explainedLater = 0;

function play(history: History): ModelWorld {
  const world = new ModelWorld();
  for (const step of [...prologue(), ...history.steps, ...everythingEnds()]) world.check(step.run(world));
  return world;
}

describe('The book beside its reference model', () => {
  it(
    'A1 A3 A4 B1 D1 D4 E3 F3 after every step of random histories each promise holds, and replay gives the same book',
    () => {
      fc.assert(
        fc.property(histories, (history) => {
          const world = play(history);
          world.checkRest();
          world.checkReplay();
          steps += world.steps;
          dryRuns += world.dryRuns;
          explainedLater += world.explainedLater;
        }),
        { numRuns: HISTORIES, ...AGAIN },
      );
      stdout.write(
        `book model: ${HISTORIES} histories, ${steps} steps, ${dryRuns} dry runs, ${explainedLater} explained later\n`,
      );
      expect(steps).toBeGreaterThan(65 * HISTORIES);
      // Each payment was explained before it was decided, and the two agreed (`checkDryRun`).
      expect(dryRuns).toBeGreaterThan(12 * HISTORIES);
      // And explained again from the log afterwards, with the same figures (`checkPast`).
      expect(explainedLater).toBeGreaterThan(8 * HISTORIES);
    },
    120_000 + HISTORIES * 100,
  );
});
