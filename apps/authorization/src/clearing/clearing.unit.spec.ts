import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import type { OpenClearing } from '#domain';
import { OwnedPartition } from '../owner/partition.js';
import { Clearing } from './clearing.js';

const head = { position: 0, hash: Buffer.alloc(32) };
const settle = (): Promise<OwnerAnswer> => Promise.resolve({ kind: 'unavailable', code: 'book_unavailable' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function carrying(answerOf: (org: string) => OwnerAnswer, payees: readonly string[]) {
  const partition = new OwnedPartition(1, 1, head);
  const book = partition.book('org_payer');
  partition.keep('org_payer', book);
  for (const [index, payee_org] of payees.entries()) {
    const payer = { agent_id: 'agt_1', handle: 'payer', wallet_id: 'wal_1' };
    const details = {
      payee: { payee_org, handle: 'payee' },
      payer,
      asset: 'USD',
    } as unknown as OpenClearing['details'];
    book.base.clearings.set(`pay_${index}`, { id: `pay_${index}`, details, amount: 1n });
  }
  const seen = { asked: [] as string[], alarms: [] as string[], now: 0 };
  const clearing = new Clearing({
    partitions: () => new Map([[1, partition]]),
    ask: (org) => {
      seen.asked.push(org);
      return Promise.resolve(answerOf(org));
    },
    settle,
    freshId: () => '0'.repeat(32),
    now: () => seen.now,
    alarm: (message) => void seen.alarms.push(message),
  });
  return { clearing, seen };
}

describe('Credits whose outcome is not known', () => {
  it('H4 given an org that is away, then its credits rest between attempts and leave the places to those of others', async () => {
    const away: OwnerAnswer = { kind: 'unavailable', code: 'not_owner' };
    const { clearing, seen } = carrying(() => away, [...Array<string>(64).fill('org_away'), 'org_there']);
    clearing.look();
    await turn();
    expect(seen.asked).toHaveLength(64);
    clearing.look();
    await turn();
    expect(seen.asked.slice(64)).toEqual(['org_there']);
    clearing.look();
    await turn();
    expect(seen.asked).toHaveLength(65);
    seen.now = 1_000;
    clearing.look();
    await turn();
    expect(seen.asked).toHaveLength(129);
    expect(seen.alarms).toEqual([]);
  });

  it('D15 given an answer that no book should give, then somebody is told which payment stays in clearing', async () => {
    const refusal = { code: 'role_not_allowed', scope: { kind: 'key', id: 'owner' } } as const;
    const { clearing, seen } = carrying(() => ({ kind: 'refused', refusal }), ['org_there']);
    clearing.look();
    await turn();
    expect(seen.alarms).toEqual(['pay_0 stays in clearing']);
  });
});
