import { describe, expect, it } from '@jest/globals';
import { Book, DEFAULT_DECIDE_SETTINGS, evolve, isPaymentDecision, type BookEvent } from '#domain';
import { FOLD_VERSION, MemoryLogStore, snapshotContent, type LoggedEvent } from '#event-log';
import { BookScenario, limit, ONE, SCENARIO_ORG } from '#testing';
import { DecisionExplainer } from './explain-decision.js';
import type { FoldedLog } from './folded-book.js';

const OTHER = 'org_00000000000070008000000000000002';
const PARTITION = 5;

/** A log of two books in turns; labels of the other look like events of the first to a search in bytes. */
class TwoBooks implements FoldedLog {
  readonly events: LoggedEvent[] = [];
  readonly snapshots = new MemoryLogStore().snapshots;
  pages: [number, number][] = [];

  constructor(one: readonly BookEvent[], other: readonly BookEvent[]) {
    for (let index = 0; index < Math.max(one.length, other.length); index++) {
      if (one[index]) this.#add(one[index]!);
      if (other[index]) this.#add({ ...other[index]!, org: OTHER });
    }
  }

  #add(event: BookEvent): void {
    const position = this.events.length + 1;
    const hash = Buffer.alloc(32, position);
    this.events.push({ partition: PARTITION, position, hash, payload: Buffer.from(JSON.stringify(event)) });
  }

  async read(_partition: number, after: number, upTo: number): Promise<LoggedEvent[]> {
    this.pages.push([after, upTo]);
    return this.events.slice(after, upTo);
  }

  eventAt(position: number): BookEvent {
    return JSON.parse(this.events[position - 1]!.payload.toString()) as BookEvent;
  }

  /** Where payments of the first book were decided. */
  get decisions(): number[] {
    return this.events
      .map(({ position }) => position)
      .filter((position) => this.eventAt(position).org === SCENARIO_ORG && isPaymentDecision(this.eventAt(position)));
  }

  async snapshotAt(position: number, chain_hash = Buffer.alloc(32, position)): Promise<void> {
    const books = [SCENARIO_ORG, OTHER].map((org): [string, Book] => {
      const book = new Book();
      for (const { position: at } of this.events.slice(0, position))
        if (this.eventAt(at).org === org) evolve(book, this.eventAt(at));
      return [org, book];
    });
    await this.snapshots.write(
      { partition: PARTITION, position, chain_hash, fold_version: FOLD_VERSION },
      snapshotContent(books),
    );
  }
}

function twoBooks(): TwoBooks {
  const [one, other] = [new BookScenario(), new BookScenario()];
  for (const book of [one, other]) book.agent('worker', { limits: [limit('day', 40n * ONE)] });
  for (let day = 0; day < 12; day++) {
    one.trySpend(3n * ONE, { agent: 'worker' });
    if (day === 6) one.given({ type: 'agent.change', agent: 'worker', limits: [limit('day', 90n * ONE)] });
    other.trySpend(5n * ONE, { agent: 'worker', labels: { org: SCENARIO_ORG } });
  }
  return new TwoBooks(one.log, other.log);
}

/** What was left of the day's limit, by its maximum. */
async function leftAt(explainer: DecisionExplainer, position: number): Promise<string[]> {
  const { rules, reproduced } = await explainer.explain({ org: SCENARIO_ORG, partition: PARTITION, position });
  expect(reproduced).toBe(true);
  return rules.filter(({ rule }) => rule?.startsWith('amount:day')).map((rule) => `${rule.spent} of ${rule.limit}`);
}

const expected = Array.from({ length: 12 }, (_, day) => [`${day * 3_000_000} of ${day > 6 ? 90_000_000 : 40_000_000}`]);

describe('A past decision, explained from the log', () => {
  it('D7 F7: has the figures of just before it, of its own book only, in whatever order decisions are asked about', async () => {
    const log = twoBooks();
    const { decisions } = log;
    const forwards = new DecisionExplainer(log, DEFAULT_DECIDE_SETTINGS);
    for (const [day, position] of decisions.entries())
      expect([day, await leftAt(forwards, position)]).toEqual([day, expected[day]]);
    for (const day of [11, 3, 4, 0, 7, 6])
      expect([day, await leftAt(forwards, decisions[day]!)]).toEqual([day, expected[day]]);
  });

  it('D17: starts from the newest snapshot below, and from nothing where the log does not bear it out', async () => {
    const log = twoBooks();
    const { decisions } = log;
    await log.snapshotAt(decisions[5]!);
    log.pages = [];
    expect(await leftAt(new DecisionExplainer(log, DEFAULT_DECIDE_SETTINGS), decisions[8]!)).toEqual(expected[8]);
    expect(Math.min(...log.pages.map(([after]) => after))).toBe(decisions[5]! - 1);
    expect(await leftAt(new DecisionExplainer(log, DEFAULT_DECIDE_SETTINGS), decisions[2]!)).toEqual(expected[2]);
    await log.snapshotAt(decisions[7]!, Buffer.alloc(32, 255));
    log.pages = [];
    expect(await leftAt(new DecisionExplainer(log, DEFAULT_DECIDE_SETTINGS), decisions[8]!)).toEqual(expected[8]);
    expect(log.pages).toContainEqual([0, decisions[8]! - 1]);
  });

  it('F7: what was decided in another book, or decides no payment, is not explained', async () => {
    const log = twoBooks();
    const explainer = new DecisionExplainer(log, DEFAULT_DECIDE_SETTINGS);
    const [first] = log.decisions as [number];
    await expect(explainer.explain({ org: OTHER, partition: PARTITION, position: first })).rejects.toThrow(
      /no payment/,
    );
    await expect(explainer.explain({ org: SCENARIO_ORG, partition: PARTITION, position: 1 })).rejects.toThrow();
    await expect(explainer.explain({ org: SCENARIO_ORG, partition: PARTITION, position: 999 })).rejects.toThrow();
  });

  it('D17: a long history is folded in two parts, so that what was decided a little earlier is near', async () => {
    const book = new BookScenario({ treasury: 1_000_000n * ONE });
    const agent = book.agent('worker');
    for (let number = 0; number < 200; number++) book.spend(1n, { agent });
    // Two hundred events stand for the many thousand of a real book: others lie between them.
    const log = new TwoBooks(book.log, []);
    const far = spreadOut(log, 300);
    const { decisions } = far;
    const explainer = new DecisionExplainer(far, DEFAULT_DECIDE_SETTINGS);
    const spentAt = async (number: number): Promise<string | undefined> => {
      const { rules } = await explainer.explain({
        org: SCENARIO_ORG,
        partition: PARTITION,
        position: decisions[number]!,
      });
      return rules.find(({ rule }) => rule === 'funds')?.remaining;
    };
    const left = (number: number): string => (1_000_000n * ONE - BigInt(number)).toString();
    expect(await spentAt(150)).toBe(left(150));
    far.pages = [];
    expect(await spentAt(120)).toBe(left(120));
    expect(Math.min(...far.pages.map(([after]) => after))).toBeGreaterThan(20_000);
    for (const number of [199, 160, 20, 21, 140, 198])
      expect([number, await spentAt(number)]).toEqual([number, left(number)]);
  });
});

/** The same book with so many events of another between any two of its own. */
function spreadOut(log: TwoBooks, between: number): TwoBooks {
  const filler = { type: 'agent.unfrozen', org: OTHER, sequence: 0, time: 0 } as unknown as BookEvent;
  const spread = new TwoBooks([], []);
  const events = log.events.flatMap((logged) => [
    ...Array.from({ length: between }, () => Buffer.from(JSON.stringify(filler))),
    logged.payload,
  ]);
  events.forEach((payload, index) =>
    spread.events.push({ partition: PARTITION, position: index + 1, hash: Buffer.alloc(32), payload }),
  );
  return spread;
}
