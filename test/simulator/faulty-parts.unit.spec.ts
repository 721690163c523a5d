import { describe, expect, it } from '@jest/globals';
import { MemoryLogStore, NOTHING_BESIDE, type AppendRecord, type KeptBeside, type LogStore } from '#event-log';
import { HistoryFailed, runHistory } from './history.js';

/** A database that takes an append from whoever sends it, also from one whose lease has gone to another. */
class Unfenced extends MemoryLogStore {
  override async append(_: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    const leases = await this.leases.list();
    return super.append(new Map(leases.map(({ partition, epoch }) => [partition, epoch])), records);
  }
}

/** Says once that it has written, and has not. */
class AnswersBeforeItWrites extends MemoryLogStore {
  #appends = 0;

  override async append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    this.#appends += 1;
    return this.#appends === 40 ? NOTHING_BESIDE : super.append(epochs, records);
  }
}

/** Does not bind every tenth key. */
class ForgetsKeys extends MemoryLogStore {
  #records = 0;

  override append(epochs: ReadonlyMap<number, number>, records: readonly AppendRecord[]): Promise<KeptBeside> {
    return super.append(
      epochs,
      records.map(({ key, ...record }) => (++this.#records % 10 === 0 ? record : { ...record, key })),
    );
  }
}

/** What a finished payment came to is not found. */
class ForgetsPayments extends MemoryLogStore {
  override async loadFacts(...given: Parameters<LogStore['loadFacts']>): ReturnType<LogStore['loadFacts']> {
    const { keys, payments } = await super.loadFacts(...given);
    return { keys, payments: payments.map((events) => events.slice(0, 1)) };
  }
}

describe('a history on a database that breaks its promise is noticed', () => {
  it.each([
    ['A1: does not fence a former owner', Unfenced],
    ['D3: answers before it writes', AnswersBeforeItWrites],
    ['C1: forgets keys', ForgetsKeys],
    ['D1: forgets what payments came to', ForgetsPayments],
  ])(
    '%s',
    async (_, Database) => {
      const noticed = await firstNoticed((now) => new Database({ now }));
      expect(noticed).toMatch(/^seed \d+: /);
    },
    120_000,
  );
});

async function firstNoticed(openDatabase: (now: () => number) => MemoryLogStore): Promise<string | undefined> {
  for (let seed = 1; seed <= 100; seed++)
    try {
      await runHistory(seed, { openDatabase });
    } catch (error) {
      if (!(error instanceof HistoryFailed)) throw error;
      return error.message;
    }
  return undefined;
}
