import type { CalendarUnit } from './limits.js';

/** A window: from `start` up to but not including `end`, milliseconds since the epoch. */
export interface Window {
  start: number;
  end: number;
}

/**
 * The calendar window of a moment in an IANA time zone: local midnights, Mondays, first days of months and so on, right on
 * both DST days. Used by `decide` only; events carry the bounds, so that evolve and replay need no calendar (D5).
 */
export function calendarWindow(unit: CalendarUnit, timeZone: string, at: number): Window {
  const remembered = recent.get(`${unit} ${timeZone}`);
  if (remembered && remembered.start <= at && at < remembered.end) return remembered;
  const window = timeZone === 'UTC' ? utcWindow(unit, at) : zonedWindow(unit, timeZone, at);
  if (recent.size > 1000) recent.clear();
  recent.set(`${unit} ${timeZone}`, window);
  return window;
}

/** Memory of the last window per unit and zone: a pure function's result, so it changes no decision. */
const recent = new Map<string, Window>();

interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

function utcWindow(unit: CalendarUnit, at: number): Window {
  const date = new Date(at);
  const local = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
  const toUtc = (time: LocalTime): number => Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);
  return { start: toUtc(floor(unit, local)), end: toUtc(ceiling(unit, floor(unit, local))) };
}

function zonedWindow(unit: CalendarUnit, timeZone: string, at: number): Window {
  if (unit === 'minute')
    return { start: Math.floor(at / 60_000) * 60_000, end: Math.floor(at / 60_000) * 60_000 + 60_000 };
  if (unit === 'hour') return zonedHour(timeZone, at);
  const start = floor(unit, localTime(timeZone, at));
  const next = ceiling(unit, start);
  const end = instantOf(timeZone, next);
  // Where clocks went back over midnight, what they show again belongs to the day that had begun.
  if (at >= end) return { start: end, end: instantOf(timeZone, ceiling(unit, next)) };
  return { start: instantOf(timeZone, start), end };
}

/**
 * An hour of local time may come twice or be missing, so hours are counted in the offset of the moment itself; where the
 * clocks change by half an hour inside one, it is cut there, so that windows never overlap.
 */
function zonedHour(timeZone: string, at: number): Window {
  const offset = offsetAt(timeZone, at);
  const start = Math.floor((at + offset) / 3_600_000) * 3_600_000 - offset;
  const end = start + 3_600_000;
  const second = Math.floor(at / 1000) * 1000;
  return {
    start: offsetAt(timeZone, start) === offset ? start : transitionBetween(timeZone, start, second),
    end: offsetAt(timeZone, end - 1000) === offset ? end : transitionBetween(timeZone, second, end - 1000),
  };
}

function floor(unit: CalendarUnit, time: LocalTime): LocalTime {
  switch (unit) {
    case 'minute':
      return { ...time };
    case 'hour':
      return { ...time, minute: 0 };
    case 'day':
      return { ...time, hour: 0, minute: 0 };
    case 'week': {
      const weekday = (new Date(Date.UTC(time.year, time.month - 1, time.day)).getUTCDay() + 6) % 7;
      return shiftDays({ ...time, hour: 0, minute: 0 }, -weekday);
    }
    case 'month':
      return { ...time, day: 1, hour: 0, minute: 0 };
    case 'quarter':
      return { ...time, month: time.month - ((time.month - 1) % 3), day: 1, hour: 0, minute: 0 };
    case 'year':
      return { ...time, month: 1, day: 1, hour: 0, minute: 0 };
  }
}

function ceiling(unit: CalendarUnit, start: LocalTime): LocalTime {
  switch (unit) {
    case 'minute':
      return { ...start, minute: start.minute + 1 };
    case 'hour':
      return { ...start, hour: start.hour + 1 };
    case 'day':
      return shiftDays(start, 1);
    case 'week':
      return shiftDays(start, 7);
    case 'month':
      return shiftMonths(start, 1);
    case 'quarter':
      return shiftMonths(start, 3);
    case 'year':
      return { ...start, year: start.year + 1 };
  }
}

function shiftDays(time: LocalTime, days: number): LocalTime {
  const date = new Date(Date.UTC(time.year, time.month - 1, time.day + days));
  return { ...time, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function shiftMonths(time: LocalTime, months: number): LocalTime {
  const index = time.year * 12 + (time.month - 1) + months;
  return { ...time, year: Math.floor(index / 12), month: (index % 12) + 1 };
}

/** The first instant at which local clocks show this time or, where it is skipped, a later one. */
function instantOf(timeZone: string, time: LocalTime): number {
  const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);
  const before = wall - offsetAt(timeZone, wall - 86_400_000);
  const after = wall - offsetAt(timeZone, wall + 86_400_000);
  const earliest = Math.min(before, after);
  if (earliest + offsetAt(timeZone, earliest) === wall) return earliest;
  const latest = Math.max(before, after);
  if (latest + offsetAt(timeZone, latest) === wall) return latest;
  return transitionBetween(timeZone, earliest, latest);
}

/** The first moment after a change of the offset; found by halving between whole seconds, since Intl names no transitions. */
function transitionBetween(timeZone: string, from: number, to: number): number {
  const first = offsetAt(timeZone, from);
  let low = from;
  let high = to;
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(timeZone, middle) === first) low = middle;
    else high = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localParts(timeZone: string, at: number): number[] {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const found: Record<string, number> = {};
  for (const part of format.formatToParts(at)) if (part.type !== 'literal') found[part.type] = Number(part.value);
  return [found['year']!, found['month']!, found['day']!, found['hour']!, found['minute']!, found['second']!];
}

function localTime(timeZone: string, at: number): LocalTime {
  const [year, month, day, hour, minute] = localParts(timeZone, at) as [number, number, number, number, number];
  return { year, month, day, hour, minute };
}

function offsetAt(timeZone: string, at: number): number {
  const [year, month, day, hour, minute, second] = localParts(timeZone, at) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Minutes since Monday 00:00 on local clocks, 0 to 10,079: what open hours are told by. */
export function localMinuteOfWeek(timeZone: string, at: number): number {
  const { year, month, day, hour, minute } = localTime(timeZone, at);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return (weekday * 24 + hour) * 60 + minute;
}
