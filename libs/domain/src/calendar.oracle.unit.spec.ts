import { describe, expect, it } from '@jest/globals';
import { PlainCalendar } from '#testing';
import { calendarWindow } from './calendar.js';
import type { CalendarUnit } from './limits.js';

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const satisfies CalendarUnit[];
const HOUR = 3_600_000;
/** Windows at the ends of what the plain calendar knows are cut, so it knows more than is asked. */
const [KNOWN_FROM, KNOWN_TO] = [Date.UTC(1988, 0, 1), Date.UTC(2043, 0, 1)];
const [FROM, TO] = [Date.UTC(1990, 0, 1), Date.UTC(2041, 0, 1)];

/** How many changes of the clocks there are at least, so that a calendar that sees none is noticed. */
const ZONES: [string, number][] = [
  ['UTC', 0],
  ['Europe/Berlin', 100],
  ['America/New_York', 100],
  ['Australia/Lord_Howe', 100],
  ['Asia/Kathmandu', 0],
  ['America/Sao_Paulo', 50],
  ['Africa/Casablanca', 80],
  ['Pacific/Apia', 20],
  ['Asia/Tehran', 50],
  ['America/St_Johns', 100],
];

describe('Calendar windows beside a calendar that looks at every day from 1990 to 2040', () => {
  it.each(ZONES)('E2 E3 in %s they are the same, and meet without gap or overlap', (zone, least) => {
    const plain = plainCalendar(zone);
    const changes = plain.transitions.filter((at) => at >= FROM && at < TO);
    expect(changes.length).toBeGreaterThanOrEqual(least);
    const moments: number[] = [];
    // Around all changes of the clocks, and around the windows that they fall into or that are next to them.
    for (const change of changes)
      for (const off of AROUND) moments.push(change + off - 1, change + off, change + off + 1);
    // Around all starts of months, and so of quarters, years and the days after leap days.
    for (const start of plain.startsOf('month')) moments.push(start - 1, start, start + 1);
    // And some time of every fifth day, another one each time.
    for (let at = FROM, step = 0; at < TO; at += 5 * 24 * HOUR + 4_517_003, step++) moments.push(at);
    let compared = 0;
    // In leaps, so that no answer is the remembered window of the moment before.
    for (const at of inLeaps(moments.filter((moment) => moment >= FROM && moment < TO)))
      for (const unit of UNITS) {
        const window = calendarWindow(unit, zone, at);
        const expected = plain.windowOf(unit, at);
        compared++;
        if (window.start !== expected.start || window.end !== expected.end)
          throw new Error(
            `${unit} of ${zone} at ${iso(at)}: ${shown(window)}, by the plain calendar ${shown(expected)}`,
          );
        if (!(window.start <= at && at < window.end))
          throw new Error(`${iso(at)} is not in its own ${unit} of ${zone}`);
      }
    expect(compared).toBeGreaterThan(25_000);
  });

  it.each(ZONES)('E3 in %s each window begins where the one before ends, walked from window to window', (zone) => {
    const plain = plainCalendar(zone);
    for (const unit of ['week', 'month', 'quarter', 'year'] as const) {
      const starts = plain.startsOf(unit).filter((start) => start >= FROM && start < TO);
      let at = starts[0]!;
      for (const start of starts) {
        if (at !== start)
          throw new Error(`a ${unit} of ${zone} ends at ${iso(at)} and the next begins at ${iso(start)}`);
        at = calendarWindow(unit, zone, at).end;
      }
      expect(at).toBeGreaterThanOrEqual(TO);
    }
  });

  it('E2 the plain calendar knows what is known of odd days, or it could not tell right from wrong', () => {
    const days = (zone: string, moment: number): number => {
      const { start, end } = plainCalendar(zone).windowOf('day', moment);
      return (end - start) / HOUR;
    };
    expect(days('Europe/Berlin', Date.UTC(2026, 2, 29, 12))).toBe(23);
    expect(days('Europe/Berlin', Date.UTC(2026, 9, 25, 12))).toBe(25);
    expect(days('Australia/Lord_Howe', Date.UTC(2026, 3, 4, 20))).toBe(24.5);
    expect(days('America/Sao_Paulo', Date.UTC(2018, 10, 4, 15))).toBe(23);
    const apia = plainCalendar('Pacific/Apia');
    const lastThere = apia.windowOf('day', Date.UTC(2011, 11, 30, 9));
    expect(new Date(lastThere.end).toISOString()).toBe('2011-12-30T10:00:00.000Z');
    expect(lastThere.end - lastThere.start).toBe(24 * HOUR);
  });
});

const calendars = new Map<string, PlainCalendar>();

function plainCalendar(zone: string): PlainCalendar {
  const calendar = calendars.get(zone) ?? new PlainCalendar(zone, KNOWN_FROM, KNOWN_TO);
  calendars.set(zone, calendar);
  return calendar;
}

/** All of them, in an order in which neighbours are far from each other. */
function inLeaps(moments: number[]): number[] {
  const inOrder = moments.sort((a, b) => a - b);
  const half = inOrder.length >> 1;
  return inOrder.slice(half).flatMap((late, index) => (index < half ? [late, inOrder[index]!] : [late]));
}

const AROUND = [0, -25, -13, -1, -0.5, 0.5, 1, 11, 24].map((hours) => hours * HOUR);

const iso = (at: number): string => new Date(at).toISOString();
const shown = ({ start, end }: { start: number; end: number }): string => `${iso(start)} to ${iso(end)}`;
