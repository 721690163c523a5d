import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { calendarWindow, isTimeZone } from './calendar.js';
import type { CalendarUnit } from './limits.js';

const HOUR = 3_600_000;
const UNITS: CalendarUnit[] = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

/** Zones with clock changes at midnight, by half an hour, over midnight, on half-hour offsets, and with a skipped day. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Santiago',
  'America/St_Johns',
  'America/Nuuk',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
];

const at = (text: string, zone: string): number => DateTime.fromISO(text, { zone }).toMillis();

/** The first instant, to the minute, at which the zone's clocks show this date or a later one: found by looking at all. */
function firstInstantOf(date: string, zone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const around = Date.parse(`${date}T00:00:00Z`);
  for (let instant = around - 30 * HOUR; instant < around + 30 * HOUR; instant += 60_000)
    if (format.format(instant) >= date) return instant;
  throw new Error(`no start of ${date} in ${zone}`);
}

describe('Calendar windows', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['Asia/Beirut', '2026-03-29', 23],
    ['Asia/Beirut', '2026-10-24', 25],
    ['America/Havana', '2026-03-08', 23],
    ['America/Havana', '2026-11-01', 25],
    ['Africa/Cairo', '2026-04-24', 23],
    ['Africa/Cairo', '2026-10-29', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Asia/Kolkata', '2026-03-29', 24],
    ['UTC', '2028-02-29', 24],
  ])('E2 in %s the day %s has %s hours, from its first instant to the next day’s', (zone, date, hours) => {
    const noon = at(`${date}T12:00:00`, zone);
    const window = calendarWindow('day', zone, noon);
    expect(window.start).toBe(firstInstantOf(date, zone));
    expect((window.end - window.start) / HOUR).toBe(hours);
    expect(calendarWindow('day', zone, window.start)).toEqual(window);
    expect(calendarWindow('day', zone, window.end - 1)).toEqual(window);
    expect(calendarWindow('day', zone, window.start - 1).end).toBe(window.start);
    expect(calendarWindow('day', zone, window.end).start).toBe(window.end);
  });

  it('E2 a day that begins at one o’clock, since midnight is skipped, begins at the change', () => {
    expect(calendarWindow('day', 'America/Sao_Paulo', at('2018-11-04T15:00:00', 'America/Sao_Paulo')).start).toBe(
      Date.UTC(2018, 10, 4, 3),
    );
    expect(calendarWindow('day', 'Asia/Beirut', at('2026-03-29T15:00:00', 'Asia/Beirut')).start).toBe(
      Date.UTC(2026, 2, 28, 22),
    );
  });

  it('E2 a day that was skipped altogether has no window, and its neighbours meet', () => {
    const before = calendarWindow('day', 'Pacific/Apia', at('2011-12-29T12:00:00', 'Pacific/Apia'));
    const after = calendarWindow('day', 'Pacific/Apia', at('2011-12-31T12:00:00', 'Pacific/Apia'));
    expect(before.end).toBe(after.start);
    expect(after.end - after.start).toBe(24 * HOUR);
  });

  it('E2 weeks begin on Monday, and months, quarters and years on their first days, over year ends and leap days', () => {
    const window = (unit: CalendarUnit, text: string): [string, string] => {
      const { start, end } = calendarWindow(unit, 'Asia/Kolkata', at(text, 'Asia/Kolkata'));
      const iso = (instant: number): string =>
        DateTime.fromMillis(instant, { zone: 'Asia/Kolkata' }).toFormat("yyyy-MM-dd'T'HH:mm");
      return [iso(start), iso(end)];
    };
    expect(window('week', '2027-01-02T10:00')).toEqual(['2026-12-28T00:00', '2027-01-04T00:00']);
    expect(window('month', '2028-02-29T23:59')).toEqual(['2028-02-01T00:00', '2028-03-01T00:00']);
    expect(window('month', '2026-12-31T23:59')).toEqual(['2026-12-01T00:00', '2027-01-01T00:00']);
    expect(window('quarter', '2026-12-31T23:59')).toEqual(['2026-10-01T00:00', '2027-01-01T00:00']);
    expect(window('year', '2028-12-31T23:59')).toEqual(['2028-01-01T00:00', '2029-01-01T00:00']);
    expect(window('hour', '2026-05-05T10:29')).toEqual(['2026-05-05T10:00', '2026-05-05T11:00']);
  });

  it.each(ZONES)('E3 in %s every instant is in one window of each unit, without gap or overlap', (zone) => {
    expectPartition(zone, Date.UTC(2025, 11, 30), Date.UTC(2027, 0, 3));
  });

  it.each(['America/Sao_Paulo', 'America/St_Johns', 'Pacific/Apia', 'Asia/Beirut'])(
    'E3 in %s the same holds for the clock changes of 2000 and 2011',
    (zone) => {
      expectPartition(zone, Date.UTC(2000, 0, 1), Date.UTC(2001, 0, 3));
      expectPartition(zone, Date.UTC(2011, 0, 1), Date.UTC(2012, 0, 3));
    },
  );

  it('E3 where clocks go back over midnight, the minutes that come again belong to the day that had begun', () => {
    const zone = 'America/St_Johns';
    const change = Date.UTC(2000, 9, 29, 2, 31); // 00:01 becomes 23:01 of the day before
    const begun = calendarWindow('day', zone, change - 30_000);
    calendarWindow('day', zone, Date.UTC(2020, 0, 1));
    expect(calendarWindow('day', zone, change + 30 * 60_000)).toEqual(begun);
    expect(begun.start).toBe(change - 60_000);
    expect(begun.end - begun.start).toBe(25 * HOUR);
  });

  it('E3 an hour into which the clocks change by half an hour, or after a minute of it, is cut there', () => {
    const zone = 'Australia/Lord_Howe';
    const forward = Date.UTC(2026, 9, 3, 15, 30); // 02:00 becomes 02:30
    expect(calendarWindow('hour', zone, forward - 1).end).toBe(forward);
    expect(calendarWindow('hour', zone, forward)).toEqual({ start: forward, end: forward + HOUR / 2 });
    const back = Date.UTC(2026, 3, 4, 15); // 02:00 becomes 01:30
    expect(calendarWindow('hour', zone, back - 1)).toEqual({ start: back - HOUR, end: back });
    expect(calendarWindow('hour', zone, back)).toEqual({ start: back, end: back + HOUR / 2 });
    const overMidnight = Date.UTC(2000, 9, 29, 2, 31); // 00:01 becomes 23:01 of the day before
    expect(calendarWindow('hour', 'America/St_Johns', overMidnight - 1)).toEqual({
      start: overMidnight - 60_000,
      end: overMidnight,
    });
  });

  it('D3 a window does not depend on which moments were asked about before', () => {
    const zone = 'Australia/Lord_Howe';
    const back = Date.UTC(2026, 3, 4, 15);
    const first = calendarWindow('hour', zone, back - 60_000);
    calendarWindow('hour', zone, back + 60_000);
    expect(calendarWindow('hour', zone, back - 60_000)).toEqual(first);
  });

  it('E2 agrees with luxon on 4,000 random moments wherever the local time is not ambiguous', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    let compared = 0;
    for (let index = 0; index < 4_000; index++) {
      const zone = ZONES[random(ZONES.length)]!;
      const unit = UNITS[random(UNITS.length)]!;
      const moment = Date.UTC(2015, 0, 1) + random(1_000_000) * 800_000 + random(800_000);
      const local = DateTime.fromMillis(moment, { zone });
      const start = local.startOf(unit);
      const end = start.plus({ [unit]: 1 }).startOf(unit);
      if (unit === 'hour' || [start, end].some((time) => time.getPossibleOffsets().length > 1)) continue;
      const window = calendarWindow(unit, zone, moment);
      expect({ zone, unit, moment, ...window }).toEqual({
        zone,
        unit,
        moment,
        start: start.toMillis(),
        end: end.toMillis(),
      });
      compared++;
    }
    expect(compared).toBeGreaterThan(3_000);
  });

  it('knows which time zones there are', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});

/** Walks days from window to window, and around each day on which the clocks change hours, and all units by quarters of an hour. */
function expectPartition(zone: string, from: number, to: number): void {
  const offsetOf = (instant: number): number => DateTime.fromMillis(instant, { zone }).offset;
  const changes: number[] = [];
  let day = calendarWindow('day', zone, from);
  while (day.end < to) {
    const next = calendarWindow('day', zone, day.end);
    if (next.start !== day.end || next.end <= next.start) throw new Error(`days of ${zone} do not meet at ${day.end}`);
    if (offsetOf(next.start) !== offsetOf(next.end)) changes.push(next.start);
    day = next;
  }
  for (const change of changes)
    for (let hour = calendarWindow('hour', zone, change - 3 * HOUR); hour.end < change + 30 * HOUR;) {
      const next = calendarWindow('hour', zone, hour.end);
      if (next.start !== hour.end || next.end <= next.start)
        throw new Error(`hours of ${zone} do not meet at ${new Date(hour.end).toISOString()}`);
      hour = next;
    }
  for (const change of changes)
    for (let instant = change - 3 * HOUR; instant < change + 30 * HOUR; instant += 15 * 60_000)
      for (const unit of UNITS) {
        const window = calendarWindow(unit, zone, instant + 1);
        if (!(window.start <= instant + 1 && instant + 1 < window.end))
          throw new Error(`${new Date(instant).toISOString()} is not in its own ${unit} of ${zone}`);
      }
  expect(day.end).toBeGreaterThanOrEqual(to);
}
