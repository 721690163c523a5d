import { beforeAll, describe, expect, it } from '@jest/globals';
import { stdout } from 'node:process';
import { MemoryLogStore, type AppendRecord, type LogStore } from '#event-log';
import { enumerate } from '../../test-support/enumerate.js';
import { as, openBook, pay, registerAgent, startOwner } from '../../test-support/owner-harness.js';
import { CAP, PARTITION, type Beginning, type Scenario } from '../../test-support/two-owners.js';

const spend = (key: string, amount: bigint) => pay({ agent: 'capped', key, amount });
const look = as('query.agent', { agent: 'capped' });

/** Small enough that all orders can be run, each with another thing that may go wrong. */
const SCENARIOS: [string, Scenario][] = [
  [
    'the same payment at both',
    {
      arrivals: [
        { at: 'A', requests: [spend('one', 6n)] },
        { at: 'B', requests: [spend('one', 6n)] },
      ],
      lapses: 1,
      turns: { A: 0, B: 1 },
      cuts: 0,
    },
  ],
  [
    'two payments of which one fits, and the first owner takes a turn',
    {
      arrivals: [
        { at: 'A', requests: [spend('one', 6n)] },
        { at: 'B', requests: [spend('two', 7n)] },
      ],
      lapses: 1,
      turns: { A: 1, B: 1 },
      cuts: 0,
    },
  ],
  [
    'a payment at one, and a question at the other that lost its lease',
    {
      arrivals: [
        { at: 'A', requests: [look] },
        { at: 'B', requests: [spend('two', 7n)] },
      ],
      lapses: 1,
      turns: { A: 0, B: 1 },
      cuts: 0,
    },
  ],
  [
    'a payment and a question together, and a payment at the other',
    {
      arrivals: [
        { at: 'A', requests: [spend('one', 6n), look] },
        { at: 'B', requests: [spend('two', 3n), look] },
      ],
      lapses: 1,
      turns: { A: 0, B: 1 },
      cuts: 0,
    },
  ],
  [
    'a call that is cut off and arrives late',
    {
      arrivals: [
        { at: 'A', requests: [spend('one', 6n)] },
        { at: 'B', requests: [spend('one', 6n)] },
      ],
      lapses: 1,
      turns: { A: 0, B: 1 },
      cuts: 1,
    },
  ],
  [
    'leases that run out twice and come back',
    {
      arrivals: [
        { at: 'A', requests: [spend('one', 6n)] },
        { at: 'A', requests: [spend('one', 6n), look] },
      ],
      lapses: 2,
      turns: { A: 1, B: 1 },
      cuts: 0,
    },
  ],
];

const sound = (log: MemoryLogStore): Pick<LogStore, 'append'> => log;

describe('Two owners of one partition, in every order of their steps', () => {
  let start: { beginning: Beginning; at: number };
  let total = 0;

  beforeAll(async () => {
    const log = new MemoryLogStore();
    const harness = await startOwner(log);
    await openBook(harness);
    await registerAgent(harness, 'capped', [{ of: 'amount', per: 'lifetime', maximum: CAP.toString(), asset: 'USD' }]);
    await harness.leases.stop();
    const records: AppendRecord[] = await log.read(PARTITION, 0, 1_000);
    start = { beginning: records, at: Date.now() + 1_000 };
  });

  it.each(SCENARIOS)(
    'A1 C1 D8 F1: %s: nothing by a fenced owner, nothing told that is not in the log, nothing twice',
    async (name, scenario) => {
      const { histories, broken } = await enumerate(scenario, { ...start, broken: sound });
      stdout.write(`two owners, ${name}: ${histories} histories\n`);
      total += histories;
      expect(broken ?? '').toBe('');
    },
    // A minute on a quiet machine; beside others it may take several.
    600_000,
  );

  it('some thousands of histories were run', () => {
    expect(total).toBeGreaterThan(5_000);
  });

  it('finds out a log that lets a fenced owner write', async () => {
    const unfenced = (log: MemoryLogStore): Pick<LogStore, 'append'> => ({
      append: async (_epochs, records) => {
        const { epoch } = (await log.leases.list())[PARTITION]!;
        return log.append(new Map([[PARTITION, epoch]]), records);
      },
    });
    const { broken } = await enumerate(SCENARIOS[1]![1], { ...start, broken: unfenced });
    expect(broken).toMatch(/was written by A, and B is the owner/);
  }, 60_000);

  it('finds out leases that tell a former owner that they are still its own', async () => {
    const { broken } = await enumerate(SCENARIOS[2]![1], {
      ...start,
      broken: (log) => ({ append: (...given) => log.append(...given), confirm: true }),
    });
    expect(broken).toMatch(/F1: 0 was shown, and it was 7/);
  }, 60_000);
});
