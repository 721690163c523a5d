import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeOwnerRequest, partitionOf, type OwnerAnswer, type OwnerResponse } from '#contracts';
import type { Book, Command, Query } from '#domain';
import { migrateEventLog, PostgresLogStore, verifyLog } from '#event-log';
import { freshId } from '#security';
import { createTestDatabase, type TestDatabase } from '#testing';
import { ADMIN, as, openBook, ORG, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';
import { Clearing } from '../clearing/clearing.js';
import { AgentRate } from '../requests/agent-rate.js';
import { takeOwnerCalls } from '../requests/owner-requests.js';
import { makeSnapshots } from '../snapshots/make-snapshots.js';

const OWNER = { subject: 'owner', proven_by: 'owner' } as const;

/** An org whose log lies in the same partition, so that both books' words on one request lie side by side. */
const BESIDE = orgBeside();

function orgBeside(): string {
  for (;;) {
    const org = `org_${freshId()}`;
    if (partitionOf(org) === partitionOf(ORG)) return org;
  }
}

describe('payment requests on PostgreSQL', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  async function restart(): Promise<void> {
    await harness.leases.stop();
    harness = await startOwner(log);
  }

  function book(org = ORG): Book {
    return harness.owner.partitions().get(partitionOf(org))!.books.get(org)!.base;
  }

  async function opened(fields: object = {}, org = ORG): Promise<string> {
    const command = as('request.open', {
      payee: 'payee',
      payer: { agent: 'payer' },
      amount: 1_000n,
      asset: 'USD',
      labels: {},
      ...fields,
    });
    const answer = await harness.ask({ ...command, org });
    if (answer.kind !== 'recorded' || answer.event.type !== 'request.opened') throw new Error(JSON.stringify(answer));
    return answer.event.request_id;
  }

  const codeOf = (answer: OwnerAnswer): string =>
    answer.kind === 'refused' ? answer.refusal.code : answer.kind === 'unavailable' ? answer.code : 'passed';

  it('C1: of 20 payments in one cycle one pays, and of 20 in the cycles after it none, before and after a restart', async () => {
    const request_id = await opened();
    const burst = async (): Promise<string[]> =>
      (
        await Promise.all(
          Array.from({ length: 20 }, (_, copy) => harness.ask(pay({ request_id, key: `${freshId()}${copy}` }))),
        )
      )
        .map(codeOf)
        .toSorted();
    const rest = Array.from({ length: 19 }, () => 'payment_request_paid');
    expect(await burst()).toEqual(['passed', ...rest]);
    expect(book().requests.size).toBe(0);
    expect(await burst()).toEqual(['payment_request_paid', ...rest]);
    await restart();
    expect(await burst()).toEqual(['payment_request_paid', ...rest]);
    expect((await verifyLog(log)).faults).toEqual([]);
  });

  it('D4 D17: a snapshot keeps what is open, and the log what has ended', async () => {
    const [open, cancelled] = [await opened(), await opened()];
    await harness.ask(as('request.cancel', { request_id: cancelled }));
    await makeSnapshots(log, 1);
    await restart();
    expect([...book().requests.values()].map(({ id }) => id)).toEqual([open]);
    expect(codeOf(await harness.ask(pay({ request_id: cancelled })))).toBe('payment_request_cancelled');
    expect(codeOf(await harness.ask(as('request.decline', { request_id: cancelled })))).toBe(
      'payment_request_cancelled',
    );
    expect(book().requests.get(open)).toEqual({
      id: open,
      payee: { agent_id: expect.any(String), handle: 'payee' },
      payer: { agent_id: expect.any(String), handle: 'payer' },
      amount: 1_000n,
      asset: 'USD',
    });
  });

  it('C1: ends once where payment, cancel and decline come in one cycle', async () => {
    for (let round = 0; round < 5; round++) {
      const request_id = await opened();
      const answers = await Promise.all([
        harness.ask(pay({ request_id })),
        harness.ask(as('request.cancel', { request_id })),
        harness.ask(as('request.decline', { request_id })),
        harness.ask(pay({ request_id })),
      ]);
      expect(answers.map(codeOf).filter((code) => code === 'passed')).toHaveLength(1);
    }
  });

  it('C6 F7: between two books of one partition, a credit that its process did not hear of pays once, and each book has its own story', async () => {
    const created = as('organization.create', {
      name: 'beside',
      default_asset: 'USD',
      first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
      admin_key: { key_id: ADMIN.subject, token_hash: 'hash' },
      initial_amount: 0n,
    });
    await harness.ask({ ...created, org: BESIDE, credential: OWNER });
    const shop = as('agent.register', { handle: 'shop', limits: [], funding: 'treasury', token_hash: 'hash' });
    await harness.ask({ ...shop, org: BESIDE });
    const request_id = await opened({ payee: 'shop', payer: { agent: 'payer', org: ORG } }, BESIDE);
    const abroad = { request_id, payee: { agent: 'shop', org: BESIDE } };
    expect(codeOf(await harness.ask(pay(abroad)))).toBe('passed');
    expect(codeOf(await harness.ask(pay(abroad)))).toBe('payment_request_paid');

    const clearing = (settles: boolean): { clearing: Clearing; credited: Promise<void> } => {
      let done!: () => void;
      const credited = new Promise<void>((resolve) => (done = resolve));
      const parts = {
        partitions: () => harness.owner.partitions(),
        ask: (_org: string, command: Command) => harness.ask(command),
        settle: async (command: Command): Promise<OwnerAnswer> => {
          done();
          return settles ? harness.ask(command) : { kind: 'unavailable', code: 'book_unavailable' };
        },
        freshId,
        now: () => Date.now(),
        alarm: () => undefined,
      };
      return { clearing: new Clearing(parts), credited };
    };
    const dies = clearing(false);
    dies.clearing.look();
    await dies.credited;
    await restart();
    expect(book(BESIDE).requests.size).toBe(0);
    expect(book().clearings.size).toBe(1);
    const lives = clearing(true);
    lives.clearing.look();
    await lives.credited;
    for (let turn = 0; turn < 200 && book().clearings.size > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const story = async (org: string, query: object = {}): Promise<string[]> => {
      const answer = await harness.ask({ ...as('query.payment_request', { request_id, ...query }), org });
      return answer.kind === 'payment_request' ? answer.events.map(({ event }) => event.type) : [codeOf(answer)];
    };
    expect(await story(BESIDE)).toEqual(['request.opened', 'request.paid']);
    expect(await story(ORG)).toEqual(['payment_request_not_found']);
    expect(codeOf(await harness.ask(pay(abroad)))).toBe('payment_request_paid');
    expect((await verifyLog(log)).faults).toEqual([]);
  });

  /** As it comes over the bus, from a service. */
  async function call(request: Command | Query): Promise<OwnerAnswer> {
    const text = encodeOwnerRequest({ commands: [request] });
    return new Promise((resolve) =>
      takeOwnerCalls({ owner: harness.owner, clock: harness.clock, rate: new AgentRate(500, 2) }, [
        {
          partition: partitionOf(ORG),
          text: () => text,
          respond: (response) => resolve((JSON.parse(response) as OwnerResponse).answers[0]!),
        },
      ]),
    );
  }

  it('D16: what another org’s book vouches for is its agents’ reading and declining, and neither paying nor cancelling', async () => {
    const request_id = await opened({ payer: { agent: 'stranger', org: BESIDE } });
    const vouched = { credential: OWNER, payer_org: BESIDE };
    expect(codeOf(await call({ ...as('request.cancel', { request_id }), credential: OWNER }))).toBe(
      'credential_invalid',
    );
    expect(codeOf(await call({ ...pay({ request_id }), credential: OWNER }))).toBe('credential_invalid');
    expect(codeOf(await call({ ...as('query.asked_agent', { agent: 'payer' }), credential: OWNER }))).toBe(
      'credential_invalid',
    );
    const read = as('query.payment_request', { request_id });
    expect(codeOf(await call({ ...read, credential: OWNER }))).toBe('payment_request_not_found');
    expect(codeOf(await call({ ...read, ...vouched, payer_org: ORG }))).toBe('payment_request_not_found');
    expect(await call({ ...read, ...vouched })).toMatchObject({ kind: 'payment_request' });
    expect(codeOf(await call({ ...as('request.decline', { request_id }), ...vouched }))).toBe('passed');
  });
});
