import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { ownText } from '../../../../test/support/paid-services.js';
import { ApprovalPendingError, RefusedError, type BursarClient } from '../index.js';

let world: EndToEnd;
let client: BursarClient;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => {
  ({ client } = await world.organizations.open());
  await client.agents.create({ handle: 'default' });
});
afterAll(() => world?.end());

describe('paid services through the client', () => {
  it('D2: answer as themselves, and cost what the receipt says', async () => {
    const paid = await client.pay<{ answer: string; sources: unknown[] }>({
      service: 'perplexity',
      max_credits: '0.10',
      payload: { query: ownText() },
      label: 'goal=1',
    });
    expect([typeof paid.answer, Array.isArray(paid.sources), paid.sandbox]).toEqual(['string', true, true]);
    expect(paid.receipt).toMatchObject({ status: 'captured', amount_captured: String(paid.credits_spent) });
    expect(await client.agents.spend('default')).toMatchObject({ spent_usd: paid.credits_spent, held_usd: 0 });
  });

  it('A6: have a typed call each, which costs against the same budget', async () => {
    const { session_id } = await client.sessions.open({ budget: '5' });
    const search = await client.search({ query: ownText(), session_id });
    const email = await client.email({ to: 'a@example.com', subject: 'Heat pumps', body: ownText(), session_id });
    const image = await client.image({ prompt: ownText(), session_id });
    const sms = await client.sms({ to: '+4930123456', body: ownText(), session_id });
    for (const text of [search.result, email.message_id, image.url, sms.message_id])
      expect(text).toEqual(expect.stringMatching(/./));
    const spent = [search, email, image, sms].reduce((sum, { credits_spent }) => sum + credits_spent, 0);
    const session = await client.sessions.get(session_id);
    expect(session.spent).toBeCloseTo(spent, 6);
    expect(session.held).toBe(0);
  });

  it('C1: repeat their answer for a key', async () => {
    const call = { service: 'tavily', max_credits: '0.05', payload: { query: ownText() }, idempotency_key: 'mine' };
    const first = await client.pay(call);
    expect(await client.pay(call)).toEqual(first);
    expect(await client.agents.spend('default')).toMatchObject({ spent_usd: first.credits_spent });
  });

  it('A9: that are not there, cost too much or say no are errors with what to do', async () => {
    const call = (service: string, max_credits: number, query = ownText()) =>
      client.pay({ service, max_credits, payload: { query } }).catch((error: unknown) => error);
    expect(await call('tavilly', 1)).toMatchObject({ code: 'service_not_found', status: 404, retryable: false });
    expect(await call('tavily', 0.001)).toMatchObject({ code: 'budget_exceeded', status: 402, limit: '0.001' });
    const refused = await call('tavily', 1, ownText('sandbox:status=400'));
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ code: 'upstream_refused', status: 502 });
    expect(await client.agents.spend('default')).toMatchObject({ spent_usd: 0, held_usd: 0 });
  });

  it('wait for an approval as an error, and go on with the same key', async () => {
    await client.agents.patch('default', { approval_above: { amount: '0.001' } });
    const call = { service: 'tavily', max_credits: '0.05', payload: { query: ownText() }, idempotency_key: 'mine' };
    const pending = await client.pay(call).catch((error: unknown) => error);
    expect(pending).toBeInstanceOf(ApprovalPendingError);
    expect(pending).toMatchObject({ code: 'approval_pending', retryable: true, idempotency_key: 'mine' });
    await client.approvals.approve((pending as ApprovalPendingError).payment.approval_id!);
    expect((await client.pay(call)).credits_spent).toBeGreaterThan(0);
  });

  it('are listed, defined and given secrets, which nothing shows', async () => {
    const { services } = await client.services.list();
    expect(services.map(({ name }) => name)).toEqual(expect.arrayContaining(['perplexity', 'tavily', 'resend']));
    const { definition } = await client.services.get('tavily');
    const own = await client.services.define('own-search', { ...definition, name: 'own-search', title: 'Own search' });
    expect(own).toMatchObject({ name: 'own-search', source: 'organization' });
    const kept = await client.services.setSecret('own-search', 'sk-secret');
    expect(JSON.stringify([kept, await client.services.get('own-search')])).not.toContain('sk-secret');
    expect(await client.services.removeSecret('own-search')).toEqual({ name: 'own-search', removed: true });
    expect(await client.services.remove('own-search')).toEqual({ name: 'own-search', removed: true });
    await expect(client.services.get('own-search')).rejects.toMatchObject({ code: 'service_not_found' });
  });
});
