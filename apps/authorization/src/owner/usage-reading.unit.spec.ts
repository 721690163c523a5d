import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from '#domain';
import type { LoggedEvent, LogStore } from '#event-log';
import { BookScenario, SCENARIO_ORG } from '#testing';
import { OwnedPartition } from './partition.js';
import { UsageReading } from './usage-reading.js';

const PARTITION = 3;
const OTHER = 'org_00000000000070008000000000000002';

/** Just enough of a log to be read: positions are those of the list. */
function logOf(events: readonly BookEvent[]): LogStore {
  const read = (_partition: number, after: number, upTo: number): Promise<LoggedEvent[]> =>
    Promise.resolve(
      events.slice(after, upTo).map((event, index) => ({
        partition: PARTITION,
        position: after + index + 1,
        hash: Buffer.alloc(32),
        payload: Buffer.from(JSON.stringify(event)),
      })),
    );
  return { read } as unknown as LogStore;
}

describe('The reading of a figure', () => {
  it('D5 E5 given another book of the partition whose clock is a little behind, then no payment before its events is missed', async () => {
    const book = new BookScenario();
    const agent = book.agent('worker');
    const since = book.now;
    book.spend(7n, { agent });
    // The other book's owner had a clock a second behind: its events begin the page that is read first.
    const behind = { type: 'agent.unfrozen', org: OTHER, sequence: 1, time: since - 1_000 } as unknown as BookEvent;
    const events = [...book.log, ...Array.from({ length: 1_000 }, () => behind)];
    const partition = new OwnedPartition(PARTITION, 1, { position: events.length, hash: Buffer.alloc(32) });
    const owned = partition.book(SCENARIO_ORG);
    for (const [id, value] of book.state.agents.entries()) owned.base.agents.set(id, value);
    partition.keep(SCENARIO_ORG, owned);

    const reading = new UsageReading(partition, SCENARIO_ORG, {
      scope: { kind: 'agent', id: agent },
      asset: 'USD',
      since,
    });
    const log = logOf(events);
    while (await reading.readPage(log));
    expect(reading.figureSince(since)).toMatchObject({ spent: 7n, count: 1 });
  });
});
