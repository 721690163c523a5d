import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import type { OwnedPartition } from '../owner/partition.js';
import type { Work } from '../owner/work.js';
import { AgentRate } from './agent-rate.js';
import { nearOwner } from './near-owner.js';
import type { OwnerRequestsParts } from './owner-requests.js';

const query = {
  type: 'query.agent',
  org: 'org_1',
  agent: 'a',
  fresh_id: 'f',
  credential: { subject: 's', proof: 'p' },
};
const payment = { ...query, type: 'payment.authorize' };

/** An owner of partition 7 that answers with `said`, behind a rate of one payment. */
function beside(said: OwnerAnswer = { kind: 'foreign_payments', accepted: true }) {
  const [works, alarms]: [Work[], string[]] = [[], []];
  const submit = (work: Work): void => {
    works.push(work);
    work.answer(said);
  };
  const partitions = () => new Map([[7, {} as OwnedPartition]]);
  const owner = { submit, partitions } as unknown as OwnerRequestsParts['owner'];
  const parts = { owner, clock: { now: () => 1_000 }, rate: new AgentRate(1, 1) };
  const near = nearOwner(parts, (message) => void alarms.push(message));
  const ask = (command: object): Promise<OwnerAnswer> =>
    new Promise((resolve) => near.take(7, command as Command | Query, resolve));
  return { near, ask, works, alarms };
}

describe('An owner that is asked in its own process', () => {
  it('says which partitions are its own', () => {
    const { near } = beside();
    expect([near.owns(7), near.owns(8)]).toEqual([true, false]);
  });

  it('hands what it is asked to the books, and their answer back', async () => {
    const { ask, works } = beside();
    expect(await ask(query)).toEqual({ kind: 'foreign_payments', accepted: true });
    expect(works).toMatchObject([{ partition: 7, arrived_at: 1_000, request: { type: 'query.agent' } }]);
  });

  it('A6 F7: takes nothing on a caller’s word that is proven elsewhere, as over the bus', async () => {
    const { ask, works } = beside();
    const vouched = { subject: 'x', proven_by: 'owner' };
    expect(await ask({ ...payment, credential: vouched })).toMatchObject({
      kind: 'refused',
      refusal: { code: 'credential_invalid' },
    });
    expect(works).toEqual([]);
  });

  it('A6 H4: bounds the rate of an agent, as over the bus', async () => {
    const { ask, works } = beside();
    await ask(payment);
    expect(await ask(payment)).toMatchObject({ kind: 'unavailable', code: 'rate_limited' });
    expect(works).toHaveLength(1);
  });

  it('B7: answers that nothing was decided where a command cannot be taken, and says so', async () => {
    const { ask, works, alarms } = beside();
    expect(await ask({ type: 'query.agent', org: 'org_1' })).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect([works, alarms]).toEqual([[], ['a command of type query.agent cannot be taken']]);
  });
});
