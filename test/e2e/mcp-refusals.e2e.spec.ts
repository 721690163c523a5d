import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { request as httpRequest } from 'node:http';
import { EndToEnd } from '../support/end-to-end.js';
import { openMarket, type Market } from '../support/market.js';
import { call, mcpClients } from '../support/mcp-clients.js';
import { legacyChallenge } from '../support/x402.js';

let world: EndToEnd;
let market: Market;
const { connect, overStdio, closeAll } = mcpClients(() => world.instance.url);
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world, { spending_cap: { amount: '10' } })));
afterEach(closeAll);
afterAll(() => world?.end());

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
