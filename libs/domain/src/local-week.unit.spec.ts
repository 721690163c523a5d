import { describe, expect, it } from '@jest/globals';
import { calendarWindow, localMinuteOfWeek } from './calendar.js';
import type { CalendarUnit } from './limits.js';

const MINUTE = 60_000;

describe('The minute of the local week', () => {
  it.each([
    ['UTC', '2026-03-02T00:00:00Z', 0],
    ['UTC', '2026-03-02T00:00:59.999Z', 0],
    ['UTC', '2026-03-02T00:01:00Z', 1],
    ['UTC', '2026-03-03T00:00:00Z', 1440],
    ['UTC', '2026-03-08T23:59:00Z', 10_079],
    ['Asia/Kolkata', '2026-03-01T18:30:00Z', 0],
    ['Asia/Kathmandu', '2026-03-01T18:14:00Z', 10_079],
    ['America/New_York', '2026-03-04T17:05:00Z', 2 * 1440 + 12 * 60 + 5],
    // The last day of a month, of February in a leap year, and of a year.
    ['UTC', '2026-05-31T12:00:00Z', 6 * 1440 + 720],
    ['UTC', '2028-02-29T00:00:00Z', 1440],
    ['Pacific/Auckland', '2026-12-31T11:00:00Z', 4 * 1440],
  ])('E2 in %s at %s is minute %d', (zone, at, minute) => {
    expect(localMinuteOfWeek(zone, Date.parse(at))).toBe(minute);
  });
});

describe('Windows in UTC and in a zone that is always as UTC', () => {
  it.each<[CalendarUnit, string, string, string]>([
    ['minute', '2026-12-31T23:59:30.5Z', '2026-12-31T23:59:00Z', '2027-01-01T00:00:00Z'],
    ['hour', '2026-12-31T23:59:30.5Z', '2026-12-31T23:00:00Z', '2027-01-01T00:00:00Z'],
    ['day', '2026-02-28T23:59:30.5Z', '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['week', '2026-03-01T23:59:30.5Z', '2026-02-23T00:00:00Z', '2026-03-02T00:00:00Z'],
    ['month', '2026-12-31T23:59:30.5Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['quarter', '2026-06-30T23:59:30.5Z', '2026-04-01T00:00:00Z', '2026-07-01T00:00:00Z'],
    ['quarter', '2026-07-01T00:00:00Z', '2026-07-01T00:00:00Z', '2026-10-01T00:00:00Z'],
    ['year', '2026-06-30T23:59:30.5Z', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ])('E2 the %s of %s goes from %s to %s', (unit, at, from, to) => {
    const window = { start: Date.parse(from), end: Date.parse(to) };
    for (const zone of ['UTC', 'Africa/Abidjan']) {
      expect(calendarWindow(unit, zone, Date.parse(at))).toEqual(window);
      expect(calendarWindow(unit, zone, window.start)).toEqual(window);
      expect(calendarWindow(unit, zone, window.end - 1)).toEqual(window);
      expect(calendarWindow(unit, zone, window.end).start).toBe(window.end);
      expect(calendarWindow(unit, zone, window.start - 1).end).toBe(window.start);
    }
  });

  it('E2 the minute and the hour of a zone are its own, also where it is a quarter of an hour off', () => {
    const at = Date.UTC(2026, 2, 4, 12, 0, 30);
    const kathmandu = (unit: CalendarUnit) => calendarWindow(unit, 'Asia/Kathmandu', at);
    expect(kathmandu('minute')).toEqual({ start: at - MINUTE / 2, end: at + MINUTE / 2 });
    // 17:45 there.
    expect(kathmandu('hour')).toEqual({ start: at - MINUTE / 2 - 45 * MINUTE, end: at - MINUTE / 2 + 15 * MINUTE });
  });
});
