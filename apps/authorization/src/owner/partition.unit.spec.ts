import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from '#domain';
import { OwnedPartition } from './partition.js';

function dueOf(fields: object): number | undefined {
  const partition = new OwnedPartition(1, 1, { position: 0, hash: Buffer.alloc(32) });
  const event = { type: 'payment.authorized', org: 'org_1', payment_id: 'pay_1', expires_at: 900, ...fields };
  partition.schedule(event as BookEvent);
  return partition.timers.nextAt();
}

describe('When a hold is due', () => {
  it('C3 given one that was dispatched at once, then when its outcome becomes unknown, be that before its end or after', () => {
    for (const unknown_at of [60, 5_000]) expect(dueOf({ unknown_at })).toBe(unknown_at);
  });

  it('B6 given any other, then at its end', () => {
    expect(dueOf({})).toBe(900);
  });
});
