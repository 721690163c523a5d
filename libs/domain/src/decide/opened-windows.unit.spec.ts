import { describe, expect, it } from '@jest/globals';
import { Book } from '../state/index.js';
import { evolve } from '../evolve/index.js';
import type { BookEvent, OpenedWindow } from '../events/index.js';
import { windowAt } from '../usage.js';
import { BookScenario, dumpBook, limit, ONE } from '#testing';

const HOUR = limit('hour', 10n * ONE);
const ROLLING = limit({ rolling_seconds: 60 }, 10n * ONE);

function worker(): BookScenario {
  const book = new BookScenario();
  book.agent('worker', { limits: [HOUR, ROLLING] });
  return book;
}

function windowsOf(book: BookScenario): string[] {
  const event = book.log.at(-1)!;
  return 'windows' in event ? event.windows.map(([, name]) => name) : [];
}

describe('Windows in events', () => {
  it('D5 E3 given payments in one window, then the first of them names it, and the first of the next names that', () => {
    const book = worker();
    book.spend(ONE, { agent: 'worker' });
    expect(windowsOf(book)).toEqual(['amount:hour:USD', 'amount:rolling-60s:USD']);
    book.spend(ONE, { agent: 'worker' });
    expect(windowsOf(book)).toEqual([]);
    book.now += 1_000;
    book.hold(ONE, { agent: 'worker' });
    expect(windowsOf(book)).toEqual(['amount:rolling-60s:USD']);
    book.now += 3_600_000;
    book.spend(ONE, { agent: 'worker' });
    expect(windowsOf(book)).toEqual(['amount:hour:USD', 'amount:rolling-60s:USD']);
    expect(book.trySpend(9n * ONE + 1n, { agent: 'worker' })).toMatchObject({ spent: ONE.toString() });
  });

  it('D4 given a log whose events name every window that they count in, then it folds to the same book', () => {
    const book = worker();
    for (const step of [0, 0, 500, 30_000, 31_000, 3_600_000, 10]) {
      book.now += step;
      book.spend(ONE / 4n, { agent: 'worker' });
    }
    const agent = book.agentOf('worker').id;
    const told = new Book();
    for (const event of book.log) evolve(told, namingAll(event, agent));
    expect(dumpBook(told)).toBe(dumpBook(book.state));
  });
});

/** As logs were written before: every window of the payer's limits, whether it was open or not. */
function namingAll(event: BookEvent, agent: string): BookEvent {
  if (event.type !== 'payment.transferred') return event;
  const windows = [HOUR, ROLLING].map((definition, index): OpenedWindow => {
    const { start, end } = windowAt(definition, event.time);
    return [agent, ['amount:hour:USD', 'amount:rolling-60s:USD'][index]!, start, end];
  });
  return { ...event, windows };
}
