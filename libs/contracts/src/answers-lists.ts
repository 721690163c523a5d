import type { SpendLists } from '#domain';
import { WEEKDAYS } from './http/list-request.js';

/** Lists as they are asked for, so that an answer can be sent back as a request. */
export function renderLists({ allow, deny, hours }: SpendLists) {
  return {
    ...(allow ? { allow } : {}),
    ...(deny ? { deny } : {}),
    ...(hours ? { hours: { time_zone: hours.time_zone, open: hours.spans.map(spanOf) } } : {}),
  };
}

function spanOf({ from, to }: { from: number; to: number }) {
  const day = Math.floor(from / 1_440);
  return { days: [WEEKDAYS[day]!], from: timeOf(from - day * 1_440), to: timeOf(to - day * 1_440) };
}

function timeOf(minute: number): string {
  const two = (value: number): string => value.toString().padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
