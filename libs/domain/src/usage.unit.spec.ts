import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LimitDefinition } from './limits.js';
import { addUsage, limitState, openWindow, rollingGranularity, usageAt, windowAt, type LimitState } from './usage.js';

const rolling = (seconds: number): LimitDefinition => ({
  of: 'amount',
  per: { rolling_seconds: seconds },
  maximum: '1000',
  asset: 'USD',
});

function pay(limit: LimitState, at: number, amount: bigint): LimitState {
  const { start, end } = windowAt(limit.definition, at);
  openWindow(limit, start, end, at);
  addUsage(limit, at, { spent: amount, held: 0n, count: 1 });
  return limit;
}

describe('Windows of a limit', () => {
  it.each([
    [1, 1],
    [59, 1],
    [60, 1],
    [61, 2],
    [3600, 60],
    [86_400, 1440],
  ])('E2 a rolling window of %d s states its granularity: %d s', (seconds, granularity) => {
    expect(rollingGranularity(seconds)).toBe(granularity);
  });

  it('E2 a rolling window never counts less than its exact form, and at most one granule longer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.tuple(fc.nat(120_000), fc.bigInt({ min: 1n, max: 100n })), { minLength: 1, maxLength: 60 }),
        (seconds, steps) => {
          const limit = limitState(rolling(seconds), 'agent');
          let now = 1_700_000_000_000;
          const payments: { at: number; amount: bigint }[] = [];
          for (const [wait, amount] of steps) {
            now += wait;
            pay(limit, now, amount);
            payments.push({ at: now, amount });
            const sum = (longest: number): bigint =>
              payments.filter((one) => one.at > now - longest).reduce((total, one) => total + one.amount, 0n);
            const counted = usageAt(limit, now).spent;
            expect(counted).toBeGreaterThanOrEqual(sum(seconds * 1000));
            expect(counted).toBeLessThanOrEqual(sum((seconds + rollingGranularity(seconds)) * 1000));
          }
          expect(limit.usages.length).toBeLessThanOrEqual(62);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('E2 a rolling window says when its oldest part leaves, and then that part has left', () => {
    const limit = limitState(rolling(60), 'agent');
    pay(limit, 1_000_500, 3n);
    pay(limit, 1_030_000, 4n);
    const { spent, resets_at } = usageAt(limit, 1_040_000);
    expect([spent, resets_at]).toEqual([7n, 1_061_000]);
    expect(usageAt(limit, resets_at! - 1).spent).toBe(7n);
    expect(usageAt(limit, resets_at!).spent).toBe(4n);
  });

  it('D5 what changes after its window has gone by changes no other window', () => {
    const day: LimitDefinition = { of: 'amount', per: 'day', maximum: '10', asset: 'USD' };
    const first = Date.UTC(2026, 0, 1, 23);
    const second = Date.UTC(2026, 0, 2, 1);
    const limit = pay(pay(limitState(day, 'agent'), first, 5n), second, 2n);
    addUsage(limit, first, { spent: -5n, held: 0n, count: 0 });
    expect(usageAt(limit, second)).toMatchObject({ spent: 2n, held: 0n, count: 1, resets_at: Date.UTC(2026, 0, 3) });
  });

  it('E1 a calendar window that no job has rolled counts nothing once its time is over', () => {
    const limit = pay(limitState({ of: 'amount', per: 'hour', maximum: '10', asset: 'USD' }, 'agent'), 0, 5n);
    expect(usageAt(limit, 3_599_999).spent).toBe(5n);
    expect(usageAt(limit, 3_600_000)).toEqual({ spent: 0n, held: 0n, count: 0, resets_at: 7_200_000 });
  });

  it('H1 a rolling window keeps no bucket longer than it may count', () => {
    const limit = limitState(rolling(60), 'agent');
    for (let second = 0; second < 200; second++) {
      pay(limit, second * 1000, 1n);
      expect(limit.usages).toHaveLength(Math.min(second + 1, 61));
    }
  });

  it.each([
    ['nothing any more', { spent: 0n, held: 0n, count: 0 }, 1_090_000],
    ['what is held', { spent: 0n, held: 1n, count: 0 }, 1_061_000],
    ['what came back and was spent elsewhere', { spent: -1n, held: 1n, count: 1 }, 1_061_000],
    ['a payment of nothing', { spent: 0n, held: 0n, count: 1 }, 1_061_000],
  ])('E2 a rolling window resets by its oldest bucket that counts, be it %s', (_what, oldest, resets_at) => {
    const limit = limitState(rolling(60), 'agent', [
      { start: 1_000_000, end: 1_001_000, ...oldest },
      { start: 1_029_000, end: 1_030_000, spent: 1n, held: 0n, count: 1 },
    ]);
    expect(usageAt(limit, 1_040_000).resets_at).toBe(resets_at);
  });

  it.each<Partial<LimitDefinition>>([{ per: 'lifetime' }, { of: 'held', per: 'day' }])(
    'E1 what counts for ever, as %j, has one window and never resets',
    (fields) => {
      const limit = limitState({ ...rolling(60), ...fields }, 'session');
      expect(windowAt(limit.definition, 1)).toEqual({ start: 0, end: 8.64e15 });
      pay(limit, 1, 5n);
      expect(usageAt(limit, 1e15)).toEqual({ spent: 5n, held: 0n, count: 1, resets_at: undefined });
    },
  );

  it('E3 a calendar window counts nothing before it begins and nothing that was authorized as it ends', () => {
    const limit = limitState({ of: 'amount', per: 'hour', maximum: '10', asset: 'USD' }, 'agent');
    pay(limit, 3_600_000, 5n);
    expect(usageAt(limit, 3_599_999).spent).toBe(0n);
    for (const authorizedAt of [3_599_999, 7_200_000, 7_200_001])
      addUsage(limit, authorizedAt, { spent: 1n, held: 0n, count: 1 });
    expect(usageAt(limit, 3_600_000).spent).toBe(5n);
    addUsage(limit, 7_199_999, { spent: 1n, held: 0n, count: 1 });
    expect(usageAt(limit, 3_600_000)).toMatchObject({ spent: 6n, count: 2 });
  });

  it('D3 a limit that is made from usages counts by itself, and leaves them as they were', () => {
    const given = [{ start: 0, end: 3_600_000, spent: 1n, held: 0n, count: 1 }];
    const limit = limitState({ of: 'amount', per: 'hour', maximum: '10', asset: 'USD' }, 'agent', given);
    pay(limit, 1, 5n);
    expect([usageAt(limit, 1).spent, given[0]!.spent]).toEqual([6n, 1n]);
  });

  it('a limit per payment has no window', () => {
    expect(() => windowAt({ of: 'amount', per: 'payment', maximum: '1', asset: 'USD' }, 0)).toThrow('has no window');
  });
});
