import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { EndToEnd } from '../support/end-to-end.js';
import { eventually } from '../support/eventually.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { call, mcpClients, passed, refused, WAYS } from '../support/mcp-clients.js';

let world: EndToEnd;
let market: Market;
const { connect, closeAll } = mcpClients(() => world.instance.url);
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world, { spending_cap: { amount: '10' } })));
afterEach(closeAll);
afterAll(() => world?.end());

describe('Two clients at once', () => {
  it('A1: share one session’s budget, over HTTP and a process, to the unit', async () => {
    const work = await market.client.sessions.open({ budget: '1', agent_id: 'buyer' });
    const both = await Promise.all(WAYS.map((way) => connect(way, market.buyer.token, work.session_token)));
    const calls = both.flatMap((client, at) =>
      Array.from({ length: 15 }, (_, step) =>
        call(client, 'send_to_agent', { to: 'seller', amount: '0.05', idempotency_key: `${at}-${step}` }),
      ),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(({ failed }) => !failed)).toHaveLength(20);
    for (const { json } of outcomes.filter(({ failed }) => failed))
      expect(json).toMatchObject({ error: { code: 'session_budget_exceeded' } });
    expect(await market.client.sessions.get(work.session_id)).toMatchObject({ spent: 1, held: 0 });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 1 });
  });

  it('F7: of two orgs never see each other’s', async () => {
    const other = await openMarket(world);
    const [mine, theirs] = [await connect('http', market.buyer.token), await connect('http', other.buyer.token)];
    const balances = await Promise.all([call(mine, 'balance'), call(theirs, 'balance')]);
    expect(balances.map(({ json }) => (json['agent'] as { agent_id: string }).agent_id)).toEqual([
      market.buyer.agent_id,
      other.buyer.agent_id,
    ]);
  });
});

describe.each(WAYS)('Receipts of a session, over %s', (way) => {
  it('F7 A4: are listed to its token, alone or beside the agent’s, with those below it, and no other', async () => {
    const above = await market.client.sessions.open({ budget: '2', agent_id: 'buyer' });
    const parent_session_id = above.session_id;
    const work = await market.client.sessions.open({ budget: '1', agent_id: 'buyer', parent_session_id });
    const beside = await market.client.sessions.open({ budget: '1', agent_id: 'buyer', parent_session_id });
    const alone = await connect(way, work.session_token!);
    const opened = await call(alone, 'open_child_session', { budget: '0.50' });
    const child = await connect(way, String(opened.json['session_token']));
    const pay = async (client: Client, key: string) => {
      const payment = { to: 'seller', amount: '0.1', idempotency_key: key };
      return (await call(client, 'send_to_agent', payment)).json['receipt_id'];
    };
    const inWork = await pay(alone, 'work');
    const inChild = await pay(child, 'child');
    await pay(await connect(way, above.session_token!), 'above');
    await pay(await connect(way, beside.session_token!), 'beside');
    await pay(await connect(way, market.buyer.token), 'outside');
    const tooMuch = { to: 'seller', amount: '5', idempotency_key: 'refused' };
    expect((await call(alone, 'send_to_agent', tooMuch)).failed).toBe(true);
    const all = await eventually(
      () => market.client.receipts.list(),
      ({ receipts }) => receipts.length === 6,
    );
    expect(all.receipts).toHaveLength(6);
    const idsOf = async (client: Client, values: Record<string, unknown> = {}) => {
      const { failed, json } = await call(client, 'list_receipts', values);
      if (failed) throw new Error(JSON.stringify(json));
      return (json['receipts'] as { receipt_id: string }[]).map(({ receipt_id }) => receipt_id);
    };
    const [refusal] = all.receipts;
    for (const client of [alone, await connect(way, market.buyer.token, work.session_token)]) {
      expect(await idsOf(client)).toEqual([refusal!.receipt_id, inChild, inWork]);
      expect(await idsOf(client, { session_id: opened.json['session_id'] })).toEqual([inChild]);
    }
    expect(await idsOf(child)).toEqual([inChild]);
    expect(await call(child, 'list_receipts', { session_id: work.session_id })).toEqual(
      refused({ code: 'session_not_found', scope: { kind: 'session', id: work.session_id } }),
    );
  });
});

describe('A session’s token alone', () => {
  it('pays as the session’s agent, and says what is left', async () => {
    const work = await market.client.sessions.open({ budget: '1', agent_id: 'buyer' });
    const client = await connect('http', work.session_token!);
    const paid = await call(client, 'send_to_agent', { to: 'seller', amount: '0.2', idempotency_key: 'k' });
    expect(paid).toEqual(passed({ payer: { agent_id: market.buyer.agent_id, handle: 'buyer' } }));
    expect(await call(client, 'balance')).toEqual(
      passed({ agent: null, session: expect.objectContaining({ remaining: '0.8' }) }),
    );
  });
});
