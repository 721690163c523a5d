import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 1, 12);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    [' 7 ', 7_000],
    ['999999', 999_999_000],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ])('B3: %j is %d ms', (header, milliseconds) => {
    expect(retryAfterMs(header, NOW)).toBe(milliseconds);
  });

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    '5, 10',
    'soon',
    'tomorrow, 2027',
    '12345678',
    'Thu, 99 Jan 2026 12:00:30 GMT',
  ])('B3: %j says nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
