import { describe, expect, it } from '@jest/globals';
import { ScopeMembers, type BookEvent, type PaymentEvent, type PolicyScope } from '#domain';
import { canonicalBytes } from '#event-log';
import { BookScenario, SCENARIO_ORG } from '#testing';
import type { LogReader } from '../ports.js';
import { takeRecordedPayments, type Recording } from './recorded-payments.js';
import { SlicedWork } from './sliced-work.js';

const SCOPED = 'agt_01900000000070009000000000000001';

/** A family and strangers, in sessions and without, who pay by turns. */
function spending() {
  const book = new BookScenario();
  const root = book.session(1_000n);
  const leaf = book.session(500n, { parent_session_id: root });
  const other = book.session(1_000n);
  book.agent('parent');
  book.agent('child', { parent_agent: 'parent' });
  book.agent('stranger');
  const scoped = { type: 'agent.scope', agent: 'child', amount: 100n, asset: 'USD', labels: {} } as const;
  book.given({ ...scoped, scoped_agent_id: SCOPED });
  const registered = book.log.length;
  const labels = { payer: '{"agent_id":"', type: 'payment.' };
  for (const agent of ['parent', 'child', SCOPED, 'stranger'])
    for (const session_id of [root, leaf, other, undefined])
      book.spend(1n, { agent, labels, ...(session_id ? { session_id } : {}) });
  book.hold(2n, { agent: SCOPED });
  return { book, registered, root, leaf };
}

function logOf(events: readonly BookEvent[]): LogReader {
  const entries = events.map((event, index) => ({ position: index + 1, payload: canonicalBytes(event) }));
  return {
    head: () => Promise.resolve({ position: entries.length }),
    read: (_partition, after, upTo) => Promise.resolve(entries.slice(after, upTo)),
  };
}

async function taken(book: BookScenario, scope: PolicyScope, after: number, until = Infinity) {
  const asked: string[] = [];
  const payments: PaymentEvent[] = [];
  const foreign = book.log.map((event) => ({ ...event, org: 'org_00000000000070008000000000000002' }));
  const log = logOf([...book.log.slice(0, after), ...foreign.slice(0, 3), ...book.log.slice(after)]);
  const recording: Recording = {
    log,
    org: SCENARIO_ORG,
    members: new ScopeMembers(scope),
    parentOf: (id) => {
      asked.push(id);
      return Promise.resolve(book.state.agents.get(id)?.parent_id ?? book.state.sessions.get(id)?.parent_id);
    },
    after,
    upTo: book.log.length + 3,
    until,
  };
  const read = await takeRecordedPayments(recording, new SlicedWork().begin(), (event) => payments.push(event));
  return { asked, payments, read };
}

const paidBy = (payments: readonly PaymentEvent[]) => new Set(payments.map(({ payer }) => payer.handle));

describe('Recorded payments of a scope', () => {
  it('A1 given an agent with children and scoped agents, then theirs are taken, be they older than what is read or not', async () => {
    const { book, registered } = spending();
    const [parent, child, stranger] = ['parent', 'child', 'stranger'].map((one) => book.agentOf(one).id);
    const scope = { kind: 'agent', id: parent! } as const;
    const whole = await taken(book, scope, 0);
    expect(whole).toMatchObject({ asked: [], read: { position: book.log.length + 3, over: false } });
    expect(whole.payments).toHaveLength(13);
    expect(paidBy(whole.payments).has('stranger')).toBe(false);
    const late = await taken(book, scope, registered);
    expect(late.payments).toEqual(whole.payments);
    expect(new Set(late.asked)).toEqual(new Set([child, SCOPED, stranger]));
    expect(late.asked).toHaveLength(3);
    expect((await taken(book, { kind: 'agent', id: SCOPED }, 0)).payments).toHaveLength(5);
  });

  it('A1 given a session with others below it, then what is paid in all of them is taken', async () => {
    const { book, registered, root, leaf } = spending();
    for (const after of [0, registered]) {
      const { payments } = await taken(book, { kind: 'session', id: root }, after);
      expect(payments.map(({ session_id }) => session_id)).toEqual([1, 2, 3, 4].flatMap(() => [root, leaf]));
    }
  });

  it('given the org, then all of its payments are taken up to a time, and of no other org', async () => {
    const { book } = spending();
    const all = await taken(book, { kind: 'organization', id: SCENARIO_ORG }, 0);
    expect(all.payments).toHaveLength(17);
    expect(new Set(all.payments.map(({ org }) => org))).toEqual(new Set([SCENARIO_ORG]));
    const until = all.payments.at(-1)!.time;
    const before = await taken(book, { kind: 'organization', id: SCENARIO_ORG }, 0, until);
    expect(before).toMatchObject({ read: { over: true } });
    expect(before.payments.every(({ time }) => time < until)).toBe(true);
  });
});

describe('Sliced work', () => {
  it('given several works, then what else waits for the loop has its turn between any two slices', async () => {
    const work = new SlicedWork();
    const order: string[] = [];
    const slicesOf = async (name: string): Promise<void> => {
      const slices = work.begin();
      for (let slice = 0; slice < 3; slice++) {
        for (const end = performance.now() + 5; performance.now() < end;);
        order.push(name);
        if (slices.isOver()) await slices.next();
      }
    };
    let others = 0;
    let over = false;
    const count = (): void => {
      others += 1;
      order.push('other');
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all([slicesOf('one'), slicesOf('two')]);
    over = true;
    expect(others).toBeGreaterThanOrEqual(4);
    const pairs = order.slice(2).filter((name, index, all) => name !== 'other' && all[index + 1] === name);
    expect(pairs).toEqual([]);
  });
});
