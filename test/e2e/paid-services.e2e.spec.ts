import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BursarClient } from '#client';
import { EndToEnd } from '../support/end-to-end.js';
import { ownText, PaidServices } from '../support/paid-services.js';

let world: EndToEnd;
let client: BursarClient;
let services: PaidServices;

beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => {
  const org = await world.organizations.open();
  client = org.client;
  await client.agents.create({ handle: 'default' });
  services = new PaidServices(world, org.token);
});
afterAll(() => world?.end());

async function held(): Promise<string> {
  const { wallets } = await client.wallets.list();
  return wallets.find(({ kind }) => kind === 'treasury')?.held ?? '0';
}

const perplexity = (query: string, fields: object = {}) => ({
  service: 'perplexity',
  max_credits: 0.1,
  payload: { query },
  ...fields,
});

describe('A call of a paid service', () => {
  it('B1 D2: gives the service’s own answer with the receipt, and pays what it came to: no more is held after it', async () => {
    const { status, json } = await services.pay(perplexity(ownText(), { label: 'goal=summary' }));
    expect([status, json]).toMatchObject([
      200,
      { answer: expect.any(String), sources: expect.any(Array), sandbox: true, credits_spent: expect.any(Number) },
    ]);
    const receipt = json['receipt'] as Record<string, unknown>;
    expect(receipt).toMatchObject({
      receipt_id: json['receipt_id'],
      status: 'captured',
      payee: { service: 'perplexity' },
      category: 'search',
      labels: { label: 'goal=summary' },
    });
    expect(Number(receipt['amount_captured'])).toBe(json['credits_spent']);
    expect(Number(receipt['amount'])).toBeLessThanOrEqual(0.05);
    expect(await client.agents.spend('default')).toMatchObject({ spent_usd: json['credits_spent'], held_usd: 0 });
    expect(await held()).toBe('0');
  });

  it('C1: with the same key is made once, and its answer is the same to the byte, also of 20 at once', async () => {
    const query = ownText();
    const answers = await Promise.all(Array.from({ length: 20 }, () => services.pay(perplexity(query), 'same')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await services.pay(perplexity(query), 'same')).text).toBe(answers[0]!.text);
    expect(await services.asked(query)).toBe(1);
    const other = await services.pay(perplexity(ownText()), 'same');
    expect([other.status, other.json['code']]).toEqual([409, 'idempotency_key_conflict']);
  });

  it('C1: that the sandbox answered says so for ever, also when the service has a secret by then', async () => {
    const call = { service: 'tavily', payload: { query: ownText() } };
    const first = await services.pay(call, 'before');
    expect(first.json).toMatchObject({ sandbox: true });
    const { token } = services;
    const body = { secret: 'tvly-never-used' };
    expect((await world.call('PUT', '/v1/services/tavily/secret', { token, body })).json).toMatchObject({
      mode: 'live',
    });
    expect((await services.pay(call, 'before')).text).toBe(first.text);
  });

  it('A11: that may cost more than max_credits is refused before it is made, and exactly as much is not', async () => {
    const query = ownText();
    const refused = await services.pay(perplexity(query, { max_credits: 0.049999 }), 'bounded');
    expect([refused.status, refused.json]).toMatchObject([402, { code: 'budget_exceeded', requested: '0.05' }]);
    expect(await services.asked(query)).toBe(0);
    expect((await services.pay(perplexity(query, { max_credits: 0.05 }), 'bounded')).status).toBe(200);
  });

  it('A3 A4: is held against session and agent, names the rule that binds, and passes after a top-up with a new key', async () => {
    const session = await client.sessions.open({ budget: 0.06 });
    const call = perplexity(ownText(), { session_id: session.session_id });
    const first = await services.pay(call);
    const refused = await services.pay(call);
    expect([first.status, refused.status, refused.json['code']]).toEqual([200, 402, 'session_budget_exceeded']);
    await client.topups.create({ session_id: session.session_id, amount: 1, reference: ownText() });
    expect((await services.pay(call)).status).toBe(200);
  });

  it.each([
    ['refuses', 'tavily', 'sandbox:status=400', 502, 'upstream_refused'],
    ['fails', 'tavily', 'sandbox:status=500', 502, 'upstream_refused'],
    ['is busy for longer than anybody waits', 'tavily', 'sandbox:status=429,retry_after=600', 503, 'service_busy'],
    ['answers garbage for a price that is known before', 'newsapi', 'sandbox:garbage', 502, 'upstream_refused'],
    ['answers nothing for a price that is known before', 'newsapi', 'sandbox:empty', 502, 'upstream_refused'],
    ['answers 10 MB for a price that is known before', 'newsapi', 'sandbox:bytes=10000000', 502, 'upstream_refused'],
  ])('B1 B3: of one that %s costs nothing, and says why', async (_what, service, trigger, status, code) => {
    const answer = await services.pay({ service, payload: { query: ownText(trigger) } });
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
    expect(answer.json['upstream']).toBeDefined();
    expect(await client.agents.spend('default')).toMatchObject({ spent_usd: 0, held_usd: 0 });
    const payment = await client.payments.get(String(answer.json['payment_id']));
    expect(payment).toMatchObject({ status: 'voided', amount_captured: '0' });
  });

  it.each([
    ['closes the connection', 'tavily', 'sandbox:hangup'],
    ['breaks off in its answer', 'tavily', 'sandbox:cut'],
    ['tells no price', 'perplexity', 'sandbox:no_price'],
    ['tells a negative price', 'perplexity', 'sandbox:negative_price'],
    ['answers garbage where only the answer has the price', 'perplexity', 'sandbox:garbage'],
  ])(
    'C3 A9: of one that %s is not known to have come to nothing: it stays held and is not made again',
    async (_what, service, trigger) => {
      const query = ownText(trigger);
      const body = { service, payload: { query } };
      for (let time = 0; time < 2; time += 1) {
        const answer = await services.pay({ ...body, deadline_ms: 3_000 }, 'once');
        expect([answer.status, answer.json['code']]).toEqual([503, 'payment_outcome_unknown']);
      }
      expect(await services.asked(query)).toBe(1);
      expect(Number(await held())).toBeGreaterThan(0);
      const { payments } = await client.payments.list({});
      await client.payments.resolve(payments[0]!.payment_id, { outcome: 'voided' });
      expect(await held()).toBe('0');
    },
  );

  it('C1: whose service was busy is made again with the same key, and its second answer is the key’s from then on', async () => {
    const query = ownText('sandbox:fail_times=1,status=429,retry_after=600');
    const call = { service: 'tavily', payload: { query } };
    expect((await services.pay(call, 'again')).json['code']).toBe('service_busy');
    const second = await services.pay(call, 'again');
    expect(second.status).toBe(200);
    expect((await services.pay(call, 'again')).text).toBe(second.text);
    expect(await services.asked(query)).toBe(2);
  });

  it('A1: that comes to more than its estimate is paid as estimated, and never more', async () => {
    const { json } = await services.pay(perplexity(ownText('sandbox:reported_cost=0.5')));
    expect(json['credits_spent']).toBe(0.05);
  });

  it('B3: whose caller goes away is ended all the same, and its answer waits for the key', async () => {
    const query = ownText('sandbox:delay_ms=1500');
    const body = { ...perplexity(query), deadline_ms: 700 };
    const early = await services.pay(body, 'left');
    expect([early.status, early.json['code']]).toEqual([503, 'payment_outcome_unknown']);
    const late = await services.pay({ ...body, deadline_ms: 5_000 }, 'left');
    expect(late.status).toBe(200);
    expect(await services.asked(query)).toBe(1);
  });

  it('F1: of an agent that was revoked is refused, and one that runs meanwhile is paid', async () => {
    const agent = await client.agents.create({ handle: 'runner' });
    const own = new PaidServices(world, agent.token!);
    const running = own.pay(perplexity(ownText('sandbox:delay_ms=800')));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.agents.revoke(agent.revocation_id!);
    expect((await own.pay(perplexity(ownText()))).status).toBe(401);
    await running;
    expect(await client.agents.spend('runner')).toMatchObject({ held_usd: 0, spent_usd: expect.any(Number) });
  });
});

describe('Typed calls', () => {
  it('A6: answer in one text, whichever service does it', async () => {
    await client.agents.create({ handle: 'researcher' });
    const search = await services.post('/v1/search', { agent_id: 'researcher', query: ownText() });
    expect(search.json).toMatchObject({ result: expect.any(String), receipt_id: expect.any(String), sandbox: true });
    const email = await services.post('/v1/email/send', { to: 'a@example.com', subject: 'Hello', body: 'Text' });
    expect(email.json).toMatchObject({ message_id: expect.any(String) });
    const image = await services.post('/v1/image', { prompt: ownText() });
    expect(image.json).toMatchObject({ url: expect.stringMatching(/^(https|data):/) });
    const sms = await services.post('/v1/sms', { to: '+15551234567', body: 'Text' });
    expect(sms.json).toMatchObject({ message_id: expect.any(String) });
  });

  it('A10: name the caller’s own fields in what is wrong with them', async () => {
    const { status, json } = await services.post('/v1/email/send', { to: 'a@example.com', subject: 'Hello' });
    expect([status, json['problems']]).toMatchObject([422, [{ field: 'body' }]]);
  });
});
