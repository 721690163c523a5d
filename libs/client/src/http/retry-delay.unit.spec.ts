import { describe, expect, it } from '@jest/globals';
import { retryDelay } from './retry-delay.js';

describe('the wait before another attempt', () => {
  it('doubles from 50 ms and ends at 2 s, never under half of it', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 20].map((attempt) => retryDelay(attempt, null, 0, () => 1));
    expect(longest).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(retryDelay(3, null, 0, () => 0)).toBe(100);
  });

  it('is what the server asks for, in seconds or as a date, and a little more', () => {
    expect(retryDelay(1, '3', 0, () => 0)).toBe(3_000);
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryDelay(1, 'Thu, 01 Jan 2026 00:00:02 GMT', now, () => 0)).toBe(2_000);
    expect(retryDelay(1, 'Thu, 01 Jan 2025 00:00:02 GMT', now, () => 1)).toBe(50);
    expect(retryDelay(1, 'soon', now, () => 1)).toBe(50);
  });
});
