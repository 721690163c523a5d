import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { openMarket, type Market } from '../support/market.js';
import { ownText } from '../support/paid-services.js';
import { assertPython, drive, runExample } from './python.js';
import { startSeller } from './seller.js';

// The Python examples that buy services, against a real Bursar and its sandbox; `npm run test:system` builds first.
let world: EndToEnd;
let market: Market;
beforeAll(async () => {
  assertPython();
  world = await EndToEnd.begin();
}, 120_000);
afterAll(() => world?.end());
beforeEach(async () => void (market = await openMarket(world, { per_tx_limit: '0.50' })));

const services = ['firecrawl', 'jina', 'newsapi', 'perplexity', 'tavily'];

/** A session of the buyer, and what every example is given. */
async function given(budget: string) {
  const session = await market.client.sessions.open({ budget, agent_id: 'buyer' });
  const common = {
    url: world.instance.url,
    key: market.admin,
    agent_token: market.buyer.token,
    agent: 'buyer',
    session_id: session.session_id,
    task: 'a report on heat pumps',
  };
  const spent = async () => (await market.client.sessions.get(session.session_id)).spent;
  return { common, spent };
}

const asks = (service: string, text: string) => JSON.stringify({ service, text });

describe('AutoGen 0.2, by a function map', () => {
  const call = (service: string, text: string) => ({ function_call: { name: 'buy', arguments: asks(service, text) } });
  interface Chat {
    functions: { buy: { parameters: { properties: { service: { enum: string[] } } } } };
    messages: { role: string; content: string | null }[];
  }

  it('buys what the model asks for in the session, and tells it in words what was refused', async () => {
    const { common, spent } = await given('0.20');
    const script = [
      call('tavily', ownText()),
      call('jina', 'https://example.com/heat-pumps'),
      call('tavily', ownText('sandbox:status=401')),
      call('nothing', 'x'),
    ];
    const { functions, messages } = await drive<Chat>('autogen_function_map', { ...common, script });
    expect(functions.buy.parameters.properties.service.enum).toEqual(services);
    const told = messages.filter(({ role }) => role === 'function').map(({ content }) => content ?? '');
    expect(told).toHaveLength(4);
    expect(JSON.parse(told[0]!)).toMatchObject({ sandbox: true, receipt_id: expect.stringMatching(/^rcpt_/) });
    expect(JSON.parse(told[1]!)).toMatchObject({ content: expect.stringContaining('Heat pumps') });
    expect(told[2]).toMatch(/^Error: POST .*\/v1\/pay was answered 502 upstream_refused/);
    expect(told[3]).toMatch(/^Error: /);
    expect(await spent()).toBeCloseTo(0.02, 6);
  });

  it('A4: fetches a page that costs money with the agent’s own token out of the session, and tells what a page said that did not come', async () => {
    const { common, spent } = await given('0.20');
    const seller = await startSeller(world.instance.url, market.seller.token);
    const fetching = (path: string) => ({
      function_call: { name: 'fetch', arguments: JSON.stringify({ url: `${seller.url}${path}` }) },
    });
    const script = [fetching('/report'), fetching('/silent')];
    const { messages } = await drive<Chat>('autogen_function_map', { ...common, script });
    await seller.stop();
    const told = messages.filter(({ role }) => role === 'function').map(({ content }) => content);
    expect(told).toEqual(['the report', expect.stringMatching(/^Error: GET .*\/silent was answered 402: /)]);
    expect(await market.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0.05, held_usd: 0 });
    expect(await spent()).toBeCloseTo(0.05, 6);
  });

  it('ends when too little of the session is left, before another call is made', async () => {
    const { common, spent } = await given('0.06');
    const script = Array.from({ length: 10 }, () => call('tavily', ownText()));
    const { messages } = await drive<Chat>('autogen_function_map', { ...common, script });
    expect(messages.filter(({ role }) => role === 'function')).toHaveLength(2);
    expect(messages.at(-1)).toMatchObject({ role: 'assistant', function_call: { name: 'buy' } });
    expect(await spent()).toBeCloseTo(0.02, 6);
  });
});

describe('AutoGen 0.4, by a FunctionTool', () => {
  const turn = (service: string, text: string) => ({ tool: 'buy', arguments: asks(service, text) });
  interface Team {
    schemas: object[];
    messages: { content: string; source: string }[];
  }

  it('has an enum of what is enabled in its schema, refuses another name, and tells the model what a refusal says', async () => {
    const { common } = await given('0.015');
    const script = [turn('tavily', ownText()), turn('nothing', 'x'), turn('tavily', ownText())];
    const { schemas, messages } = await drive<Team>('autogen_function_tool', { ...common, script, least: '0' });
    expect(schemas).toEqual([
      {
        name: 'buy',
        description: 'Searches the web or reads a page. It costs money.',
        parameters: {
          type: 'object',
          properties: {
            service: { type: 'string', enum: services, description: 'Which service to pay.' },
            text: { type: 'string', description: expect.any(String) },
          },
          required: ['service', 'text'],
        },
      },
    ]);
    const [, bought, unknown, refused, done] = messages.map(({ content }) => content);
    expect(JSON.parse(bought!)).toMatchObject({ credits_spent: 0.01, sandbox: true });
    expect(unknown).toMatch(/^error: service: must be one of/);
    expect(refused).toMatch(/^error: POST .* was answered 402: .*session_budget_exceeded/);
    expect(done).toBe('DONE');
  });

  it('stops the team when its agent may spend no more than a call needs', async () => {
    await market.client.agents.patch('buyer', { spending_cap: { amount: '0.06' } });
    const { common } = await given('1.00');
    const script = Array.from({ length: 10 }, () => turn('tavily', ownText()));
    const { messages } = await drive<Team>('autogen_function_tool', { ...common, script, least: '0.05' });
    expect(messages.at(-1)).toEqual({ content: '0.04 credits are left, 0.05 are needed', source: 'RemainingSpend' });
    expect(messages).toHaveLength(4);
  });
});

describe('Semantic Kernel, by a plugin', () => {
  it('has a budget for the run, and an error of the function that says so when it is used up', async () => {
    const { common } = await given('1.00');
    const script = [
      { name: 'search', arguments: { query: ownText() } },
      { name: 'read_page', arguments: { url: 'https://example.com/heat-pumps' } },
      { name: 'remaining', arguments: {} },
      { name: 'search', arguments: { query: ownText() } },
    ];
    const run = { ...common, script, budget: '0.08', work: 'a report' };
    const { schemas, said } = await drive<{ schemas: object; said: string[] }>('semantic_kernel_plugin', run);
    expect(schemas).toMatchObject({
      'bursar-search': { description: 'Searches the web. It costs money.', required: ['query'] },
      'bursar-read_page': { required: ['url'] },
      'bursar-remaining': { required: [] },
    });
    expect(said[0]).toMatch(/sandbox answer/);
    expect(said[1]).toContain('Heat pumps');
    expect(Number(said[2])).toBeGreaterThan(0);
    expect(said[3]).toMatch(
      /^An error occurred while invoking the function bursar-search: There is no money for this: session_budget_exceeded of session ses_\w+\. .* Do not call it again in this run\.$/,
    );
  });

  it('B1: gives back what the run did not spend', async () => {
    const { common } = await given('1.00');
    const run = { ...common, script: [], budget: '0.08', work: 'nothing' };
    await drive('semantic_kernel_plugin', run);
    expect(await market.client.agents.spend('buyer')).toMatchObject({ spent_usd: 0, held_usd: 0 });
  });
});

describe('LangGraph, by a tool', () => {
  const calls = (...texts: string[]) => ({
    tool_calls: texts.map((text, place) => ({
      name: 'buy',
      args: { service: 'tavily', text },
      id: `${text}-${place}`,
    })),
  });
  interface Run {
    tools: { name: string; description: string; args: object }[];
    messages: { content: string; tool_call_id?: string; status?: string }[];
  }

  it('runs its tool, whose service is an enum, tells refusals as messages, and ends when too little is left', async () => {
    const { common, spent } = await given('0.06');
    const script = [calls(ownText('sandbox:status=401')), ...Array.from({ length: 10 }, () => calls(ownText()))];
    const { tools, messages } = await drive<Run>('langgraph_tool', { ...common, script });
    expect(tools).toMatchObject([{ name: 'buy', args: { service: { enum: services }, text: { type: 'string' } } }]);
    const results = messages.filter((message) => message.tool_call_id !== undefined);
    expect(results.map(({ status }) => status)).toEqual(['error', 'success', 'success']);
    expect(results[0]!.content).toMatch(/ToolException.*upstream_refused/);
    expect(JSON.parse(results[1]!.content)).toMatchObject({ sandbox: true });
    expect(messages.at(-1)).toMatchObject({ tool_calls: [{ name: 'buy' }] });
    expect(await spent()).toBeCloseTo(0.02, 6);
  });
});

describe('An example that is run as a program', () => {
  const settings = () => ({ BURSAR_URL: world.instance.url, BURSAR_API_KEY: market.admin });

  it('registers its agent where there is none, and buys: plain_loop.py, twice', async () => {
    for (const run of ['one', 'two']) {
      const printed = await runExample('plain_loop.py', settings(), ownText(run), ownText(run));
      expect(JSON.parse(printed)).toMatchObject({ sandbox: true, receipt_id: expect.any(String) });
    }
    expect(await market.client.agents.spend('researcher')).toMatchObject({ spent_usd: 0.04, cap_usd: 5 });
  });

  it('buys with the agent’s own token below a session that was opened for it: plain_loop.py', async () => {
    const { token } = await market.client.agents.create({ handle: 'researcher' });
    const { session_id } = await market.client.sessions.open({ budget: '0.05', agent_id: 'researcher' });
    const own = { ...settings(), BURSAR_API_KEY: token! };
    const printed = await runExample('plain_loop.py', own, '--below', session_id, ownText());
    expect(JSON.parse(printed)).toMatchObject({ sandbox: true, receipt_id: expect.any(String) });
    expect(await market.client.sessions.get(session_id)).toMatchObject({ spent: 0.01, held: 0 });
  });

  it('buys in a budget of its own: semantic_kernel_plugin.py', async () => {
    const [found, left] = (await runExample('semantic_kernel_plugin.py', settings())).trim().split('\n').slice(-2);
    expect(found).toContain('sandbox answer');
    expect(Number(left)).toBeLessThan(0.25);
  });

  it('pays for a page with its agent’s token: fetch_with_x402.py', async () => {
    const seller = await startSeller(world.instance.url, market.seller.token);
    const own = { ...settings(), BURSAR_API_KEY: market.buyer.token };
    expect(await runExample('fetch_with_x402.py', own, `${seller.url}/report`)).toBe('the report\n');
    await seller.stop();
  });
});

describe('A loop without a framework', () => {
  interface Loop {
    tools: { function: { name: string; parameters: { properties: { service: { enum: string[] } } } } }[];
    outcome: string;
    messages: { role: string; content: string | null }[];
  }

  it('buys what is asked for, until there is an answer', async () => {
    const { common } = await given('1.00');
    const questions = [ownText(), ownText('sandbox:status=401')];
    const { tools, outcome, messages } = await drive<Loop>('plain_loop', {
      ...common,
      questions,
      service: 'tavily',
      budget: '0.50',
    });
    expect(tools[0]!.function.parameters.properties.service.enum).toEqual(services);
    const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => JSON.parse(content ?? ''));
    expect(results).toMatchObject([{ sandbox: true }, { code: 'upstream_refused', action: expect.any(String) }]);
    expect(outcome).toBe(messages.findLast(({ role }) => role === 'tool')!.content);
  });

  it('stops before the money is gone, and says what is left', async () => {
    const { common } = await given('1.00');
    const questions = Array.from({ length: 10 }, () => ownText());
    const { outcome } = await drive<Loop>('plain_loop', { ...common, questions, service: 'tavily', budget: '0.065' });
    expect(outcome).toBe('stopped: 0.045 of 0.065 credits are left');
  });
});
