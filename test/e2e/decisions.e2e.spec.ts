import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decisionAnswerSchema } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const payment = { agent_id: 'worker', service: 'search', amount: '0.40', capture: true };

async function withWorker() {
  const organization = await world.organizations.open();
  await organization.client.agents.create({ handle: 'worker', spending_cap: { amount: '1.00' }, daily_cap: '0.70' });
  return organization;
}

describe('POST /v1/decisions', () => {
  it('D7 D6 given a payment, then its decision and every rule are told, nothing is written, and paying then agrees', async () => {
    const { client, token } = await withWorker();
    const events = async () => (await client.events.page({ limit: 200 })).events.length;
    const before = await events();
    const asked = await world.call('POST', '/v1/decisions', { token, body: payment });
    expect(asked.status).toBe(200);
    expect(decisionAnswerSchema.parse(asked.json)).toMatchObject({
      would: 'captured',
      decline: null,
      rules: [
        { rule: 'status', passes: true },
        { rule: 'amount:lifetime:USD', limit: '1', spent: '0', requested: '0.4', remaining_after: '0.6' },
        { rule: 'amount:day:USD', limit: '0.7', remaining: '0.7', remaining_after: '0.3' },
        { rule: 'funds', scope: { kind: 'wallet' }, passes: true },
      ],
    });
    expect(await events()).toBe(before);
    await client.payments.authorize(payment);
    const second = await client.payments.explain(payment);
    const refused = await client.payments.authorize(payment, { declines: 'return' });
    expect(second).toMatchObject({ would: 'declined', decline: { code: 'window_limit_exceeded', remaining: '0.3' } });
    expect(refused).toMatchObject({ decline: second.decline! });
  });

  it('D7 given a threshold and a grant, then the rows say that it waits or is covered, and paying then agrees', async () => {
    const { client } = await withWorker();
    await client.agents.patch('worker', { approval_above: { amount: '0.10' } });
    const waits = await client.payments.explain(payment);
    expect(waits).toMatchObject({ would: 'pending_approval', decline: null });
    expect(waits.rules.filter(({ passes }) => !passes)).toMatchObject([
      { rule: 'approval_above', effect: 'waits', code: null, limit: '0.1', requested: '0.4' },
    ]);
    const { grant_id } = await client.approvals.grants.create({ service: 'search', amount: '0.50', per: 'day' });
    const covered = await client.payments.explain(payment);
    expect(covered).toMatchObject({ would: 'captured', decline: null });
    expect(covered.rules.find(({ effect }) => effect === 'covers')).toMatchObject({
      scope: { kind: 'grant', id: grant_id },
      passes: true,
      remaining: '0.5',
      remaining_after: '0.1',
    });
    expect((await client.payments.authorize(payment)).status).toBe('captured');
  });

  it('D6 C2 given a key, then it is looked up and not bound: the payment takes it, and is replayed or in conflict after', async () => {
    const { client } = await withWorker();
    const idempotency_key = 'plan-7';
    expect((await client.payments.explain({ ...payment, idempotency_key })).would).toBe('captured');
    expect((await client.payments.explain({ ...payment, amount: '0.50', idempotency_key })).would).toBe('captured');
    const paid = await client.payments.authorize({ ...payment, idempotency_key });
    expect(paid.status).toBe('captured');
    expect(await client.payments.explain({ ...payment, idempotency_key })).toMatchObject({
      would: 'replay',
      replays: { payment_id: paid.payment_id, position: paid.position },
      rules: [],
    });
    expect(await client.payments.explain({ ...payment, amount: '0.50', idempotency_key })).toMatchObject({
      would: 'conflict',
      decline: { code: 'idempotency_key_conflict' },
    });
  });

  it('F7 D10 given whoever may not pay, then the dry run is refused as the payment is', async () => {
    const { client } = await withWorker();
    const stranger = await world.organizations.open();
    const finance = await client.keys.issue({ role: 'finance', name: 'reads' });
    const other = await client.agents.create({ handle: 'other' });
    for (const [token, status, code] of [
      [finance.token!, 403, 'role_not_allowed'],
      [other.token!, 403, 'agent_not_own'],
      [stranger.token, 404, 'agent_not_found'],
    ] as const) {
      for (const path of ['/v1/decisions', '/v1/payments']) {
        const answer = await world.call('POST', path, { token, body: payment });
        expect([path, answer.status, answer.json['code']]).toEqual([path, status, code]);
      }
    }
  });

  it('A1 given many at once beside payments, then all are answered from what is committed', async () => {
    const { client } = await withWorker();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        index % 2 === 0
          ? client.payments.explain({ ...payment, amount: '0.01' })
          : client.payments.authorize({ ...payment, amount: '0.01' }).then(() => undefined),
      ),
    );
    for (const decision of answers) if (decision) expect(['captured']).toContain(decision.would);
    const { rules } = await client.payments.explain({ ...payment, amount: '0.01' });
    expect(rules.find((rule) => rule.rule === 'amount:lifetime:USD')).toMatchObject({ spent: '0.3' });
  });
});
