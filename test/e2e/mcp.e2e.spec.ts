import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { request as httpRequest } from 'node:http';
import { EndToEnd } from '../support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../support/market.js';
import { paymentChallenge } from '../support/mpp.js';
import { ownText } from '../support/paid-services.js';
import { challengeV2, legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
const clients: Client[] = [];
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world, { spending_cap: { amount: '10' } })));
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
afterAll(() => world?.end());

type Way = 'http' | 'stdio';
const WAYS: readonly Way[] = ['http', 'stdio'];

/** The SDK's own client, connected as a model's program connects: over HTTP, or to a process `bursar mcp` of its own. */
async function connect(way: Way, token: string, session?: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(way === 'http' ? overHttp(token, session) : overStdio(token, session));
  return client;
}

function overHttp(token: string, session?: string): StreamableHTTPClientTransport {
  const headers = { authorization: `Bearer ${token}`, ...(session === undefined ? {} : { 'bursar-session': session }) };
  return new StreamableHTTPClientTransport(new URL(`${world.instance.url}/mcp`), { requestInit: { headers } });
}

function overStdio(token: string, session?: string): StdioClientTransport {
  return new StdioClientTransport({
    command: process.execPath,
    stderr: 'ignore',
    args: ['apps/cli/bursar.js', 'mcp'],
    env: {
      BURSAR_URL: world.instance.url,
      BURSAR_API_KEY: token,
      ...(session === undefined ? {} : { BURSAR_SESSION_TOKEN: session }),
    },
  });
}

interface Called {
  failed: boolean;
  /** What the text says, which structured content says too where the call did not fail. */
  json: Record<string, unknown>;
}

async function call(client: Client, name: string, values: Record<string, unknown> = {}): Promise<Called> {
  const result = await client.callTool({ name, arguments: values });
  const [{ text }] = result.content as [{ text: string }];
  const json = JSON.parse(text) as Record<string, unknown>;
  if (result.isError !== true) expect(result.structuredContent).toEqual(json);
  return { failed: result.isError === true, json };
}

const passed = (json: object) => ({ failed: false, json: expect.objectContaining(json) });
const refused = (error: object) => ({ failed: true, json: { error: expect.objectContaining(error) } });

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

describe('Arguments that are none', () => {
  it.each([
    ['list_services', { surprise: 1 }, 'surprise is not an argument of this tool'],
    ['quote', { service: 'search' }, 'amount must be an amount'],
    ['quote', { service: 'search', amount: '1e3' }, 'amount'],
    ['pay', { service: 'tavily', max_credits: 1, payload: {} }, 'idempotency_key is required'],
    ['pay', { service: 'tavily', max_credits: 1, payload: 'q', idempotency_key: 'k' }, 'payload'],
    ['pay', { service: 'tavily', payload: {}, idempotency_key: 'k' }, 'max_credits must be an amount'],
    ['send_to_agent', { to: 'seller', amount: 1 }, 'idempotency_key is required'],
    ['send_to_agent', { to: 'seller', amount: -1, idempotency_key: 'k' }, 'amount must be an amount'],
    ['send_to_agent', { to: 'seller', amount: 1e9, idempotency_key: 'k' }, 'amount must be an amount'],
    ['send_to_agent', { to: 'seller', amount: 1, idempotency_key: '' }, 'idempotency_key'],
    ['resolve_402', { challenge: 7, max_credits: 1 }, 'challenge'],
    ['resolve_402', { challenge: legacyChallenge('n'), idempotency_key: 'k' }, 'max_credits must be an amount'],
    ['open_child_session', { budget: 'much' }, 'budget'],
    ['open_child_session', { budget: 1, mode: 'free' }, 'mode'],
    ['balance', { session_id: 7 }, 'session_id'],
    ['list_receipts', { limit: 0 }, 'limit'],
    ['list_receipts', { from: 'yesterday' }, 'from'],
  ])('A10: %s names what is wrong with %j, and does nothing', async (name, values, message) => {
    const client = await connect('http', market.buyer.token);
    const { failed, json } = await call(client, name, values);
    expect(failed).toBe(true);
    const { error } = json as unknown as { error: { code: string; message: string; action: string } };
    expect([error.code, error.message]).toEqual([expect.stringMatching(/_invalid$/), expect.stringContaining(message)]);
    expect(error.action).toMatch(/\.$/);
    expect(await market.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0, held_usd: 0 });
  });
});

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

describe('/mcp', () => {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const accept = { accept: 'application/json, text/event-stream' };
  const post = (token: string | undefined, body: object | string = message, headers: Record<string, string> = accept) =>
    world.call('POST', '/mcp', { body, headers, ...(token === undefined ? {} : { token }) });

  it('F6: refuses an org key, whatever its role, and what opens nothing', async () => {
    const { client, admin } = market;
    const orchestrator = (await client.keys.issue({ role: 'orchestrator', name: 'o' })).token!;
    for (const token of [admin, orchestrator]) {
      const { status, json } = await post(token);
      expect([status, json['code']]).toEqual([403, 'agent_credential_required']);
    }
    expect(await post('hunter2')).toMatchObject({ status: 401, json: { code: 'credential_invalid' } });
    const missing = await post(undefined);
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('takes one message at a time, of bounded size, as JSON that says each thing once', async () => {
    const { token } = market.buyer;
    expect((await post(token)).status).toBe(200);
    expect((await post(token, [message])).json).toMatchObject({ error: { code: -32_600 } });
    expect(await post(token, '{"jsonrpc":')).toMatchObject({ status: 400, json: { error: { code: -32_700 } } });
    expect(await post(token, '{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/list"}')).toMatchObject({ status: 400 });
    const large = { ...message, params: { text: 'x'.repeat(70_000) } };
    expect(await post(token, large)).toMatchObject({ status: 413, json: { code: 'body_too_large' } });
    const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`;
    expect((await post(token, deep)).status).toBe(400);
    expect((await post(token, message, { accept: 'text/html' })).status).toBe(406);
    for (const method of ['GET', 'DELETE']) {
      const answer = await world.call(method, '/mcp', { token });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  it('G4: is not for pages that a browser shows, nor for names that were bound to this machine', async () => {
    const { token } = market.buyer;
    const strange = await post(token, message, { ...accept, origin: 'https://evil.example' });
    expect([strange.status, strange.json['code']]).toEqual([403, 'origin_not_allowed']);
    expect(await statusForHost('evil.example')).toBe(403);
    expect(await statusForHost('localhost:1234')).toBe(200);
  });

  /** `fetch` writes Host by itself. */
  function statusForHost(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...accept,
        host,
        authorization: `Bearer ${market.buyer.token}`,
        'content-type': 'application/json',
      };
      const sent = httpRequest(`${world.instance.url}/mcp`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.once('error', reject);
      sent.end(JSON.stringify(message));
    });
  }
});

describe('bursar mcp', () => {
  it('F6: does not start with an org key', async () => {
    const transport = overStdio(market.admin);

    await expect(new Client({ name: 'test', version: '1' }).connect(transport)).rejects.toThrow(/closed/i);
  });
});

async function eventually<Value>(ask: () => Promise<Value>, until: (value: Value) => boolean): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    const value = await ask();
    if (until(value) || attempt === 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
