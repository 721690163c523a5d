import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { eventually } from '../support/eventually.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { call, mcpClients, passed, refused, WAYS, type Called } from '../support/mcp-clients.js';
import { paymentChallenge } from '../support/mpp.js';
import { ownText } from '../support/paid-services.js';
import { challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
const { connect, closeAll } = mcpClients(() => world.instance.url);
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world, { spending_cap: { amount: '10' } })));
afterEach(closeAll);
afterAll(() => world?.end());

describe.each(WAYS)('The tools, over %s', (way) => {
  it('are listed with what they take and give, and what they change', async () => {
    const client = await connect(way, market.buyer.token);
    const { tools } = await client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['list_services', true],
      ['quote', true],
      ['pay', false],
      ['send_to_agent', false],
      ['resolve_402', false],
      ['open_child_session', false],
      ['balance', true],
      ['list_receipts', true],
    ]);
    for (const { inputSchema, outputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(description!.length).toBeGreaterThan(50);
    }
    expect(client.getInstructions()).toContain('idempotency_key');
  });

  it('C1: send money to an agent once for a key, and list the receipt', async () => {
    const client = await connect(way, market.buyer.token);
    const payment = { to: 'seller', amount: '0.25', idempotency_key: 'one', label: 'goal=1', memo: 'for the summary' };
    const first = await call(client, 'send_to_agent', payment);
    expect(first).toEqual(passed({ status: 'captured', amount_captured: '0.25', currency: 'USD' }));
    expect(await call(client, 'send_to_agent', payment)).toEqual(first);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.25 });
    const other = await call(client, 'send_to_agent', { ...payment, amount: '0.26' });
    expect(other).toEqual(refused({ code: 'idempotency_key_conflict', retryable: false }));
    const overRest = await market.client.payments.pay({
      agent_id: 'buyer',
      payee: 'seller',
      amount: '0.25',
      label: 'goal=1',
      idempotency_key: 'one',
      memo: 'for the summary',
    });
    expect(overRest.receipt_id).toBe(first.json['receipt_id']);
    const receipts = await eventually(
      () => call(client, 'list_receipts', { limit: 5 }),
      ({ json }) => (json['receipts'] as unknown[]).length > 0,
    );
    expect(receipts).toEqual(
      passed({ receipts: [expect.objectContaining({ receipt_id: first.json['receipt_id'], amount: '0.25' })] }),
    );
  });

  it('C1: call a paid service within its budget, once for a key', async () => {
    const client = await connect(way, market.buyer.token);
    const listed = await call(client, 'list_services');
    const names = (listed.json['services'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['perplexity', 'tavily', 'firecrawl', 'resend']));
    const search = {
      service: 'tavily',
      payload: { query: ownText() },
      max_credits: '0.05',
      idempotency_key: 'one',
    };
    const first = await call(client, 'pay', search);
    const { receipt_id, credits_spent } = first.json;
    expect(first).toEqual(passed({ sandbox: true, answer: expect.objectContaining({ results: expect.any(Array) }) }));
    expect(await call(client, 'pay', search)).toMatchObject({ json: { receipt_id, credits_spent } });
    expect(await market.client.agents.spend('buyer')).toMatchObject({ spent_usd: credits_spent, held_usd: 0 });
    const dear = await call(client, 'pay', { ...search, max_credits: '0.0001', idempotency_key: 'two' });
    expect(dear).toEqual(refused({ code: 'budget_exceeded', retryable: false, action: expect.stringMatching(/\.$/) }));
    const misspelt = await call(client, 'pay', { ...search, service: 'tavilly', idempotency_key: 'three' });
    expect(misspelt).toEqual(refused({ code: 'service_not_found', message: expect.stringContaining('tavily') }));
    const broken = { ...search, payload: { query: ownText('sandbox:status=400') }, idempotency_key: 'four' };
    expect(await call(client, 'pay', broken)).toEqual(refused({ code: 'upstream_refused' }));
    await market.client.agents.patch('buyer', { approval_above: { amount: '0.001' } });
    const waits = await call(client, 'pay', { ...search, idempotency_key: 'five' });
    expect(waits).toEqual(
      refused({ code: 'approval_pending', idempotency_key: 'five', approval_id: expect.any(String) }),
    );
    const { error } = waits.json as { error: { approval_id: string } };
    await market.client.approvals.approve(error.approval_id);
    expect((await call(client, 'pay', { ...search, idempotency_key: 'five' })).failed).toBe(false);
  });

  it('A6: say by quote what a payment would be answered, and change nothing', async () => {
    const client = await connect(way, market.buyer.token);
    expect(await call(client, 'quote', { payee: 'seller', amount: 0.5 })).toEqual(
      passed({ would: 'captured', decline: null }),
    );
    const above = await call(client, 'quote', { service: 'search', amount: '11' });
    expect(above).toEqual(
      passed({ would: 'declined', decline: expect.objectContaining({ code: 'lifetime_cap_exceeded' }) }),
    );
    expect(await market.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0, held_usd: 0 });
  });

  it('A4: open a session below, whose token pays within it and counts above', async () => {
    const work = await market.client.sessions.open({ budget: '1', agent_id: 'buyer' });
    const client = await connect(way, market.buyer.token, work.session_token);
    const opened = await call(client, 'open_child_session', {
      budget: '0.40',
      mode: 'reserved',
      description: 'a part',
    });
    expect(opened).toEqual(
      passed({ parent_session_id: work.session_id, remaining_exact: '0.4', session_token: expect.any(String) }),
    );
    const sub = await connect(way, market.buyer.token, opened.json['session_token'] as string);
    expect(await call(sub, 'send_to_agent', { to: 'seller', amount: '0.41', idempotency_key: 'k1' })).toEqual(
      refused({
        code: 'session_budget_exceeded',
        remaining: '0.4',
        scope: { kind: 'session', id: opened.json['session_id'] },
      }),
    );
    expect((await call(sub, 'send_to_agent', { to: 'seller', amount: '0.40', idempotency_key: 'k2' })).failed).toBe(
      false,
    );
    expect(await call(client, 'balance')).toEqual(
      passed({
        agent: expect.objectContaining({ handle: 'buyer', spent: '0.4', cap: '10', remaining: '9.6' }),
        session: expect.objectContaining({ session_id: work.session_id, budget: '1', remaining: '0.6' }),
        hints: [],
      }),
    );
  });

  it('C5: pay a 402 of each form once, with a header for the retry', async () => {
    const client = await connect(way, market.buyer.token);
    const legacy = { challenge: JSON.stringify(legacyChallenge('n-1')), max_credits: '0.05' };
    const first = await call(client, 'resolve_402', legacy);
    expect(first).toEqual(passed({ header_name: 'X-Payment', amount: '0.05', payee: 'seller' }));
    expect(await call(client, 'resolve_402', legacy)).toEqual(first);
    const token = String(first.json['header_value']);
    expect((await market.x402.redeem(market.seller.token, token)).status).toBe(200);
    const scheme = await call(client, 'resolve_402', { challenge: paymentChallenge(), max_credits: 1 });
    expect(scheme).toEqual(passed({ header_name: 'Authorization' }));
    const keyless = { challenge: challengeV2(), max_credits: '0.10' };
    const refusal = await call(client, 'resolve_402', keyless);
    expect(refusal).toEqual(refused({ code: 'arguments_invalid', message: expect.stringContaining('no nonce') }));
    expect(await call(client, 'resolve_402', { ...keyless, idempotency_key: 'mine' })).toEqual(
      passed({ header_name: 'PAYMENT-SIGNATURE' }),
    );
    const dear = await call(client, 'resolve_402', { ...keyless, idempotency_key: 'other', max_credits: '0.04' });
    expect(dear).toEqual(refused({ code: 'budget_exceeded', limit: '0.04', requested: '0.05' }));
  });

  it('F1: end with the token, in the middle of the work', async () => {
    const client = await connect(way, market.buyer.token);
    const pay = (key: string) => call(client, 'send_to_agent', { to: 'seller', amount: '0.1', idempotency_key: key });
    expect((await pay('before')).failed).toBe(false);
    await market.client.agents.revoke(market.buyer.revocation_id);
    if (way === 'http') await expect(pay('after')).rejects.toMatchObject({ code: 401 });
    else expect(await pay('after')).toEqual(refused({ code: 'credential_invalid', retryable: false }));
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.1 });
  });

  it('A1: refuse with figures when the budget is used up, and pass again after a top-up', async () => {
    const work = await market.client.sessions.open({ budget: '0.30', agent_id: 'buyer' });
    const client = await connect(way, market.buyer.token, work.session_token);
    const plan = async (attempt: string) => {
      const outcomes: Called[] = [];
      for (const step of ['a', 'b'])
        outcomes.push(
          await call(client, 'send_to_agent', { to: 'seller', amount: '0.2', idempotency_key: `${attempt}-${step}` }),
        );
      return outcomes;
    };
    const [first, second] = await plan('one');
    expect(first!.failed).toBe(false);
    expect(second).toEqual(
      refused({
        code: 'session_budget_exceeded',
        limit: '0.3',
        spent: '0.2',
        requested: '0.2',
        remaining: '0.1',
        action: expect.stringMatching(/\.$/),
      }),
    );
    await market.client.topups.create({ session_id: work.session_id, amount: '0.30' });
    expect((await plan('two')).map(({ failed }) => failed)).toEqual([false, false]);
    expect(await market.client.sessions.get(work.session_id)).toMatchObject({ spent: 0.6, held: 0 });
  });

  it('say when less than 15 % of a budget is left, and not before', async () => {
    const work = await market.client.sessions.open({ budget: '1.00', agent_id: 'buyer' });
    const client = await connect(way, market.buyer.token, work.session_token);
    const pay = (amount: string, key: string) =>
      call(client, 'send_to_agent', { to: 'seller', amount, idempotency_key: key });
    expect((await pay('0.85', 'k1')).json['hint']).toBeUndefined();
    expect((await pay('0.01', 'k2')).json['hint']).toBe(`Only 0.14 of 1 USD is left in session ${work.session_id}.`);
    await market.client.agents.patch('buyer', { daily_cap: '1.00' });
    const { hints } = (await call(client, 'balance')).json as unknown as { hints: string[] };
    expect(hints).toEqual([
      expect.stringContaining('0.14 of 1 USD is left in session'),
      expect.stringMatching(/^Only 0\.14 of 1 USD per day is left for agent buyer, until \d{4}-/),
    ]);
  });

  it('F7 D10: reach no other agent’s money', async () => {
    const client = await connect(way, market.buyer.token);
    const stolen = { to: 'buyer', amount: '0.1', idempotency_key: 'k', agent_id: 'seller' };
    expect(await call(client, 'send_to_agent', stolen)).toEqual(refused({ code: 'agent_not_own' }));
    const theirs = await market.client.sessions.open({ budget: '1', agent_id: 'seller' });
    const inside = { to: 'seller', amount: '0.1', idempotency_key: 'k2', session_id: theirs.session_id };
    expect((await call(client, 'send_to_agent', inside)).failed).toBe(true);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('an unknown tool is an error of the protocol', async () => {
    const client = await connect(way, market.buyer.token);
    await expect(call(client, 'print_money')).rejects.toMatchObject({ code: -32_602 });
  });
});
