/** The units whose windows are made of whole local days. */
export type DayUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A stretch of time in which a zone's clocks are off UTC by the same amount. */
interface Stretch {
  from: number;
  to: number;
  offset: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** No zone has changed its clocks twice within less, in the decades that are looked at. */
const SCAN = 6 * HOUR;

/**
 * A calendar that shares nothing with the domain's: it looks at a zone's clocks every six hours over the whole range, writes
 * down all starts of windows one after the other, and answers by searching in them.
 */
export class PlainCalendar {
  /** The first moments at which the clocks are changed. */
  readonly transitions: readonly number[];
  readonly #stretches: readonly Stretch[];
  readonly #starts = new Map<string, readonly number[]>();
  readonly #shown: Intl.DateTimeFormat;

  constructor(timeZone: string, from: number, to: number) {
    this.#shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    this.#stretches = this.#scan(from, to);
    this.transitions = this.#stretches.slice(1).map((stretch) => stretch.from);
  }

  /** Starts of all windows, in order; the first and the last window reach out of the range and are not to be asked for. */
  startsOf(unit: DayUnit | 'hour' | 'minute'): readonly number[] {
    const known = this.#starts.get(unit);
    if (known) return known;
    const starts = unit === 'hour' || unit === 'minute' ? this.#clockStarts(unit) : this.#dayStarts(unit);
    this.#starts.set(unit, starts);
    return starts;
  }

  windowOf(unit: DayUnit | 'hour' | 'minute', at: number): { start: number; end: number } {
    if (unit === 'minute') return { start: at - (at % 60_000), end: at - (at % 60_000) + 60_000 };
    const starts = this.startsOf(unit);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return { start: starts[low]!, end: starts[high]! };
  }

  #offsetAt(at: number): number {
    const shown = this.#shown.format(at).replace(' ', 'T');
    return Date.parse(`${shown}Z`) - Math.floor(at / 1000) * 1000;
  }

  #scan(from: number, to: number): Stretch[] {
    const stretches: Stretch[] = [];
    let current: Stretch = { from, to, offset: this.#offsetAt(from) };
    for (let at = from; at < to; at += SCAN) {
      const offset = this.#offsetAt(at);
      if (offset === current.offset) continue;
      let [same, other] = [at - SCAN, at];
      while (other - same > 1000) {
        const middle = same + Math.floor((other - same) / 2000) * 1000;
        if (this.#offsetAt(middle) === current.offset) same = middle;
        else other = middle;
      }
      stretches.push({ ...current, to: other });
      current = { from: other, to, offset };
    }
    return [...stretches, current];
  }

  /** Whenever a local date is shown that is later than all before it, a day begins; what is shown again begins nothing. */
  #dayStarts(unit: DayUnit): number[] {
    const starts: number[] = [];
    let latest = -Infinity;
    const begin = (at: number, day: number): void => {
      const number = numberOf(unit, day);
      if (number > latest) starts.push(at);
      latest = Math.max(latest, number);
    };
    for (const { from, to, offset } of this.#stretches) {
      const first = Math.floor((from + offset) / DAY);
      begin(from, first);
      for (let day = first + 1; day * DAY - offset < to; day++) begin(day * DAY - offset, day);
    }
    return starts;
  }

  /** Hours by the offset of the moment: every change of the clocks begins one, and so does every full hour shown. */
  #clockStarts(unit: 'hour' | 'minute'): number[] {
    const length = unit === 'hour' ? HOUR : 60_000;
    const starts: number[] = [];
    for (const { from, to, offset } of this.#stretches) {
      starts.push(from);
      for (let shown = (Math.floor((from + offset) / length) + 1) * length; shown - offset < to; shown += length)
        starts.push(shown - offset);
    }
    return starts;
  }
}

/** Counts days, weeks from Monday, months, quarters and years, so that later ones have higher numbers. */
function numberOf(unit: DayUnit, day: number): number {
  if (unit === 'day') return day;
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return Math.floor((day + 3) / 7);
  const { year, month } = civil(day);
  if (unit === 'month') return year * 12 + month;
  if (unit === 'quarter') return year * 4 + Math.floor(month / 3);
  return year;
}

/** Year and month (from 0) of a day since 1970, by counting days of years and months. */
function civil(day: number): { year: number; month: number } {
  let [year, left] = [1970, day];
  for (; left >= daysOf(year); year++) left -= daysOf(year);
  const lengths = [31, daysOf(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  let month = 0;
  for (; left >= lengths[month]!; month++) left -= lengths[month]!;
  return { year, month };
}

function daysOf(year: number): number {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 366 : 365;
}
