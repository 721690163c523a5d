import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecordBuilder } from '../test-support/record-builder.js';
import { MemoryLogStore } from '../memory/memory-log-store.js';
import type { AppendRecord, LoggedEvent } from '../store.js';
import { verifyLog } from './verify-log.js';

const COUNT = 40;

/** A log whose partition 1 reads as `events`, whatever was appended. */
class TamperedLog extends MemoryLogStore {
  constructor(private readonly events: readonly LoggedEvent[]) {
    super();
  }
  override async read(_: number, after: number, upTo: number): Promise<LoggedEvent[]> {
    return this.events.filter((event) => event.position > after && event.position <= upTo);
  }
  override async head(): Promise<{ position: number; hash: Buffer }> {
    return this.events.at(-1)!;
  }
}

function wholeLog(): AppendRecord[] {
  return new RecordBuilder().many(1, COUNT);
}

const verify = (events: readonly LoggedEvent[]) => verifyLog(new TamperedLog(events), { partitions: [1] });
const position = fc.integer({ min: 1, max: COUNT - 1 });

describe('verification', () => {
  it('D8: passes an untouched log', async () => {
    expect(await verify(wholeLog())).toMatchObject({ events: COUNT, faults: [], partitions: [{ position: COUNT }] });
  });

  it('D8: finds any one altered byte, at the event that has it', async () => {
    await fc.assert(
      fc.asyncProperty(
        position,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, byte, change, inHash) => {
          const events = wholeLog();
          const { payload, hash } = events[at - 1]!;
          const altered = inHash ? hash : payload;
          altered[byte % altered.length]! ^= change;
          expect((await verify(events)).faults).toMatchObject([{ partition: 1, position: at, kind: 'hash_mismatch' }]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('D8: finds any missing event', async () => {
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 5 }), async (at, count) => {
        const events = wholeLog();
        events.splice(at - 1, Math.min(count, COUNT - at));
        expect((await verify(events)).faults).toMatchObject([{ position: at, kind: 'missing' }]);
      }),
    );
  });

  it('D8: finds a missing event that was closed up by renumbering', async () => {
    await fc.assert(
      fc.asyncProperty(position, async (at) => {
        const events = wholeLog();
        events.splice(at - 1, 1);
        const closedUp = events.map((event, index) => ({ ...event, position: index + 1 }));
        expect((await verify(closedUp)).faults).toMatchObject([{ position: at, kind: 'hash_mismatch' }]);
      }),
    );
  });

  it('D8: finds any two events that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, async (one, two) => {
        fc.pre(one !== two);
        const events = wholeLog();
        const first = { ...events[one - 1]!, position: two };
        events[one - 1] = { ...events[two - 1]!, position: one };
        events[two - 1] = first;
        expect((await verify(events)).faults).toMatchObject([{ position: Math.min(one, two), kind: 'hash_mismatch' }]);
      }),
    );
  });

  it('D8: finds an inserted event, also a copy of a real one', async () => {
    await fc.assert(
      fc.asyncProperty(position, position, async (at, copied) => {
        fc.pre(at !== copied);
        const events = wholeLog();
        events.splice(at - 1, 0, { ...events[copied - 1]! });
        const renumbered = events.map((event, index) => ({ ...event, position: index + 1 }));
        expect((await verify(renumbered)).faults).toMatchObject([{ position: at, kind: 'hash_mismatch' }]);
      }),
    );
  });
});
