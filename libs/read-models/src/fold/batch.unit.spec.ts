import { describe, expect, it } from '@jest/globals';
import { rawEntry } from '../../test-support/log-table.js';
import { Story } from '../../test-support/story.js';
import { Batch, QUARANTINED } from './batch.js';
import type { Figures } from './figures.js';
import type { Dimension } from './rollup-group.js';

function fold(story: Story): Batch {
  return Batch.of(story.entries.map(rawEntry));
}

function rows(batch: Batch, dimension: Dimension): Record<string, Partial<Figures>> {
  const shown: Record<string, Partial<Figures>> = {};
  for (const group of batch.groups.values()) {
    for (const [value, figures] of group.values[dimension]) {
      const set = Object.entries(figures).filter(([, figure]) => figure !== 0n && figure !== 0);
      shown[value] = Object.fromEntries(set);
    }
  }
  return shown;
}

describe('a batch', () => {
  it('D2: counts a payment with several labels in each of their rows and once in the total', () => {
    const story = new Story();
    story.transfer('one', { units: 30, labels: { label: 'brief', user: 'ada' } }).transfer('two', { units: 5 });
    const batch = fold(story);
    expect(rows(batch, 'label')).toEqual({
      brief: { spent: 30n, payments: 1 },
      'user=ada': { spent: 30n, payments: 1 },
      '': { spent: 5n, payments: 1 },
    });
    expect(rows(batch, 'org')).toEqual({ '': { spent: 35n, payments: 2 } });
  });

  it('D2: counts two labels that read the same once', () => {
    const story = new Story().transfer('one', { units: 30, labels: { a: 'b=c', 'a=b': 'c' } });
    expect(rows(fold(story), 'label')).toEqual({ 'a=b=c': { spent: 30n, payments: 1 } });
  });

  it('D2: gives spending to the payer and earning to the payee where it is an agent', () => {
    const story = new Story().transfer('one', { from: 'planner', to: 'writer', units: 30 });
    const batch = fold(story);
    const [planner, writer] = [story.id('agt', 'planner'), story.id('agt', 'writer')];
    expect(rows(batch, 'agent')).toEqual({ [planner]: { spent: 30n, payments: 1 }, [writer]: { earned: 30n } });
    expect(rows(batch, 'counterparty')).toEqual({ [writer]: { spent: 30n, payments: 1 }, [planner]: { earned: 30n } });
    expect(rows(batch, 'org')).toEqual({ '': { spent: 30n, earned: 30n, payments: 1 } });
    expect(rows(batch, 'service')).toEqual({ '': { spent: 30n, earned: 30n, payments: 1 } });
  });

  it('D5: counts what is captured or refunded later on the day of the authorization', () => {
    const story = new Story().at('2026-11-20T23:59:59Z').authorize('one', { units: 30 });
    story.at('2026-11-21T00:00:01Z').capture('one', 20, 10);
    story.at('2026-12-24T00:00:00Z').refund('one', 5);
    const batch = fold(story);
    expect([...batch.groups.keys()].map((key) => Number(key.split('|')[1]) * 86_400_000)).toEqual([
      Date.UTC(2026, 10, 20),
    ]);
    expect(rows(batch, 'org')).toEqual({ '': { spent: 15n, refunded: 5n, payments: 1 } });
  });

  it('counts a refusal as declined and moves no money (D7)', () => {
    expect(rows(fold(new Story().decline('one', { units: 30 })), 'org')).toEqual({ '': { declined: 1 } });
  });

  it('B1: a payment that waits is held and counted; approved it stays so until it is captured, denied it is released', () => {
    const story = new Story().ask('one', { units: 30 }).ask('two', { units: 5 });
    expect(rows(fold(story), 'org')).toEqual({ '': { held: 35n, payments: 2 } });
    story.approve('one').voidPending('two', 5, 'approval_denied');
    expect(rows(fold(story), 'org')).toEqual({ '': { held: 30n, payments: 2 } });
    story.capture('one', 30);
    expect(rows(fold(story), 'org')).toEqual({ '': { spent: 30n, payments: 2 } });
  });

  it('never adds up two assets', () => {
    const story = new Story().transfer('one', { units: 1, asset: 'USD' }).transfer('two', { units: 2, asset: 'JPY' });
    expect([...fold(story).groups.values()].map((group) => group.asset)).toEqual(['USD', 'JPY']);
  });

  it('B7: sets aside what it cannot read, whole, and takes in everything else', () => {
    const story = new Story()
      .transfer('one', { units: 1 })
      .transfer('two', { units: 2 })
      .transfer('three', { units: 3 });
    const entries = story.entries.map(rawEntry);
    const spoilt = entries.map((entry, index) =>
      index === 1 ? { ...entry, payload: entry.payload.replace('"amount":"2"', '"amount":"2.5"') } : entry,
    );
    const batch = Batch.of([...spoilt, { partition: story.partition, position: 4, payload: '{"half' }]);
    expect(rows(batch, 'org')).toEqual({ '': { spent: 4n, payments: 2 } });
    expect(batch.quarantined.map(({ position }) => position)).toEqual([2, 4]);
    expect(batch.tallies).toEqual(
      new Map([
        ['payment.transferred', 2],
        [QUARANTINED, 2],
      ]),
    );
    expect(batch.positions.get(story.partition)).toMatchObject({ from: 0, to: 4 });
  });

  it('D3: counts an event of unknown type and passes over it', () => {
    const batch = fold(new Story().tell({ type: 'payment.teleported' }).tell({ type: 'moon.risen' }));
    expect(batch.tallies).toEqual(
      new Map([
        ['payment.teleported', 1],
        ['moon.risen', 1],
      ]),
    );
    expect(batch.quarantined).toEqual([]);
    expect(batch.groups.size).toBe(0);
  });
});
