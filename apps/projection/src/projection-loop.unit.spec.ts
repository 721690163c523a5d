import { describe, expect, it } from '@jest/globals';
import { createLogger } from '#observability';
import type { Advance } from '#read-models';
import { ProjectionLoop, type Pace } from './projection-loop.js';
import { Signal } from './wakeups/signal.js';

const NOTHING: Advance = { state: 'active', events: 0, batches: 0, quarantined: 0, gaps: [] };
const SOME: Advance = { ...NOTHING, events: 10, batches: 1 };
const SLOW: Pace = {
  rest_ms: 1,
  rest_maximum_ms: 50,
  crowded_events: 100,
  idle_ms: 60_000,
  idle_maximum_ms: 60_000,
  retry_ms: 5,
  retry_maximum_ms: 20,
};

/** A loop over answers that the test gives; after the last one there is nothing new. */
function looping(answers: (Advance | Error)[], pace: Partial<Pace> = {}, look_ms = 0) {
  const signal = new Signal();
  const lines: string[] = [];
  const seen = { looks: 0, rebuilds: 0, closed: false, at: [] as number[] };
  const loop = new ProjectionLoop({
    projection: {
      async advance() {
        seen.looks += 1;
        seen.at.push(performance.now());
        const answer = answers.shift() ?? NOTHING;
        if (answer instanceof Error) throw answer;
        if (look_ms > 0) await new Promise((resolve) => setTimeout(resolve, look_ms));
        return answer;
      },
      stop: () => undefined,
      close: () => {
        seen.closed = true;
        return Promise.resolve();
      },
    },
    wakeups: {
      arm: () => signal.lower(),
      heard: () => signal.isRaised,
      wait: (milliseconds) => signal.wait(milliseconds),
      close: () => signal.raise(),
    },
    rebuild: () => {
      seen.rebuilds += 1;
      return Promise.resolve();
    },
    logger: createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }),
    pace: { ...SLOW, ...pace },
  });
  loop.start();
  return { loop, signal, seen, lines };
}

async function expectSoon(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !condition(); attempt++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

describe('the projection loop', () => {
  it('looks again at once while there is something new, then waits for a hint', async () => {
    const { loop, signal, seen } = looping([SOME, SOME, SOME]);
    await expectSoon(() => seen.looks === 4);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(seen.looks).toBe(4);
    signal.raise();
    await expectSoon(() => seen.looks === 5);
    await loop.stop();
    expect(seen.closed).toBe(true);
  });

  it('C8: looks by itself where no hint ever comes', async () => {
    const { loop, seen } = looping([], { idle_ms: 5, idle_maximum_ms: 10 });
    await expectSoon(() => seen.looks > 4);
    await loop.stop();
  });

  it('collects for a moment between two looks at a busy log, but not while that outgrows it', async () => {
    const { loop, seen } = looping([SOME, { ...SOME, events: 100 }, SOME], { rest_ms: 40 });
    await expectSoon(() => seen.looks === 4);
    expect(seen.at[1]! - seen.at[0]!).toBeGreaterThanOrEqual(35);
    expect(seen.at[2]! - seen.at[1]!).toBeLessThan(35);
    await loop.stop();
  });

  it('collects as long as twice what the last look took while payments come, and looks at once when they stop', async () => {
    const busy = looping([SOME, SOME], { rest_ms: 10, rest_maximum_ms: 120 }, 80);
    const hints = setInterval(() => busy.signal.raise(), 2);
    await expectSoon(() => busy.seen.looks === 3);
    clearInterval(hints);
    expect(busy.seen.at[1]! - busy.seen.at[0]!).toBeGreaterThanOrEqual(190);
    await busy.loop.stop();

    const quiet = looping([SOME, SOME], { rest_ms: 10, rest_maximum_ms: 120 }, 80);
    await expectSoon(() => quiet.seen.looks === 3);
    expect(quiet.seen.at[1]! - quiet.seen.at[0]!).toBeLessThan(190);
    await quiet.loop.stop();
  });

  it('D3: goes on after errors, with growing pauses, and logs a run of them once', async () => {
    const broken = new Error('connection refused');
    const { loop, seen, lines } = looping([SOME, broken, broken, broken, broken, SOME]);
    await expectSoon(() => seen.looks === 7);
    await loop.stop();
    expect(lines.filter((line) => line.includes('connection refused'))).toHaveLength(1);
    expect(seen.at[5]! - seen.at[4]!).toBeGreaterThanOrEqual(15);
  });

  it('builds the tables anew where they are of an older version, then goes on', async () => {
    const { loop, seen } = looping([{ state: 'outdated' }, SOME]);
    await expectSoon(() => seen.looks === 3);
    expect(seen.rebuilds).toBe(1);
    await loop.stop();
  });

  it('B7: names damage of the log and events set aside', async () => {
    const gaps = [{ partition: 3, missing_position: 9 }];
    const { loop, seen, lines } = looping([
      { ...SOME, quarantined: 2, gaps },
      { ...SOME, gaps },
    ]);
    await expectSoon(() => seen.looks === 3);
    await loop.stop();
    expect(lines.filter((line) => line.includes('quarantine'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"missing_position":9'))).toHaveLength(1);
  });

  it('stops while it waits for its turn', async () => {
    const { loop, seen } = looping([{ state: 'standby' }], { retry_ms: 60_000 });
    await expectSoon(() => seen.looks === 1);
    const asked = performance.now();
    await loop.stop();
    expect(performance.now() - asked).toBeLessThan(1_000);
  });
});
