import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderApproval, renderPaymentAnswer, type OwnerAnswer } from '#contracts';
import { isPaymentEvent } from '#domain';
import { migrateEventLog, PostgresLogStore } from '#event-log';
import { createTestDatabase, type TestDatabase } from '#testing';
import { as, openBook, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

const DAY = 86_400_000;

describe('Approvals of an owner on PostgreSQL', () => {
  let database: TestDatabase;
  let log: PostgresLogStore;
  let harness: Harness;

  beforeEach(async () => {
    database = await createTestDatabase({ migrate: migrateEventLog });
    log = await PostgresLogStore.open({ url: database.url });
    harness = await startOwner(log);
    await openBook(harness);
    const threshold = { agent: 'payer', approval_above: { amount: '100', asset: 'USD' as const } };
    expect(await harness.ask(as('agent.change', threshold))).toMatchObject({ kind: 'recorded' });
  }, 60_000);

  afterEach(async () => {
    await harness.leases.stop();
    await log.close();
    await database.drop();
  });

  const restart = async (): Promise<void> => {
    const offset = harness.clock.offset_ms;
    await harness.leases.stop();
    harness = await startOwner(log);
    harness.clock.offset_ms = offset;
  };
  const waiting = async (): Promise<string[]> => {
    const answer = await harness.ask(as('query.approvals', { limit: 200 }));
    return answer.kind === 'approvals' ? answer.approvals.map(({ details }) => details.payment_id) : [];
  };
  const paymentOf = (answer: OwnerAnswer): string => {
    if (answer.kind !== 'recorded' || !isPaymentEvent(answer.event)) throw new Error(JSON.stringify(answer));
    return answer.event.payment_id;
  };
  const typesOf = async (payment_id: string): Promise<string[]> => {
    const answer = await harness.ask(as('query.payment', { payment_id }));
    return answer.kind === 'payment' ? answer.events.map(({ event }) => event.type) : [];
  };

  it('C1 D4 given one that waits, when the owner restarts, then it waits still, its key has its first answer, and it is approved once', async () => {
    const first = await harness.ask(pay({ key: 'one' }));
    const payment = paymentOf(first);
    await restart();
    expect(await waiting()).toEqual([payment]);
    const approval_id = payment.replace('pay_', 'apr_');
    const approvals = await Promise.all(
      ['a', 'b', 'c'].map(() => harness.ask(as('approval.approve', { approval_id }))),
    );
    expect(approvals.map(({ kind }) => kind).toSorted()).toEqual(['recorded', 'refused', 'refused']);
    expect(await typesOf(payment)).toEqual(['payment.pending_approval', 'payment.approved', 'payment.captured']);
    expect(await waiting()).toEqual([]);
    const again = await harness.ask(pay({ key: 'one' }));
    if (first.kind !== 'recorded' || again.kind !== 'recorded') throw new Error(JSON.stringify(again));
    const answer = renderPaymentAnswer(first.event, first.position);
    expect(answer).toMatchObject({ status: 'pending_approval', approval_id, amount_held: '0.001' });
    expect(JSON.stringify(renderPaymentAnswer(again.event, again.position))).toBe(JSON.stringify(answer));
    const late = await harness.ask(as('approval.deny', { approval_id }));
    expect(late).toMatchObject({ kind: 'refused', refusal: { code: 'approval_not_pending' } });
  });

  it('B1 given nobody who decides, when the time has come, then the owner voids it by its own timer, after a restart too', async () => {
    const first = paymentOf(await harness.ask(pay()));
    harness.clock.offset_ms = DAY + 1;
    harness.owner.lapseDue();
    await harness.ask(as('query.wallets', {}));
    expect(await typesOf(first)).toEqual(['payment.pending_approval', 'payment.voided']);

    const second = paymentOf(await harness.ask(pay()));
    harness.clock.offset_ms += DAY + 1;
    await restart();
    harness.owner.lapseDue();
    await harness.ask(as('query.wallets', {}));
    const answer = await harness.ask(as('query.payment', { payment_id: second }));
    if (answer.kind !== 'payment') throw new Error(JSON.stringify(answer));
    expect(renderApproval(answer.events)).toMatchObject({ status: 'expired', decided_by: 'owner', expires_at: null });
    expect(await waiting()).toEqual([]);
  });

  it('B6 given one approved to be held, when the owner restarts, then its hold lapses in its own time', async () => {
    const payment = paymentOf(await harness.ask(pay({ capture: false, expires_in_ms: 60_000 })));
    await harness.ask(as('approval.approve', { approval_id: payment.replace('pay_', 'apr_') }));
    await restart();
    harness.clock.offset_ms += 60_001;
    harness.owner.lapseDue();
    await harness.ask(as('query.wallets', {}));
    expect(await typesOf(payment)).toEqual(['payment.pending_approval', 'payment.approved', 'payment.expired']);
  });

  it('A1 given a grant for twenty payments, when a hundred come at once, then twenty pass and the others wait', async () => {
    const grant = await harness.ask(
      as('grant.create', {
        payee: { agent: 'payee' },
        limit: { of: 'amount', per: 'day', maximum: '20000', asset: 'USD' },
      }),
    );
    expect(grant.kind).toBe('recorded');
    const answers = await Promise.all(Array.from({ length: 100 }, () => harness.ask(pay())));
    const types = answers.map((answer) => (answer.kind === 'recorded' ? answer.event.type : answer.kind));
    expect(types.filter((type) => type === 'payment.transferred')).toHaveLength(20);
    expect(types.filter((type) => type === 'payment.pending_approval')).toHaveLength(80);
    await restart();
    const left = await harness.ask(as('query.grants', { limit: 10 }));
    expect(left).toMatchObject({ grants: [{ limit: { spent: '20000', remaining: '0' } }], more: false });
    const page = await harness.ask(as('query.approvals', { limit: 50 }));
    expect(page).toMatchObject({ kind: 'approvals', more: true });
    expect(harness.alarms).toEqual([]);
  });
});
