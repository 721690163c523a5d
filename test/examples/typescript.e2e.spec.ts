import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { buyingTools, fetchTool, spentBelow } from '../../examples/typescript/ai-sdk-tools.js';
import type { Buyer } from '../../examples/typescript/bought.js';
import { buyingToolFields } from '../../examples/typescript/langchain-tools.js';
import { EndToEnd } from '../support/end-to-end.js';
import { openMarket, type Market } from '../support/market.js';
import { ownText, PaidServices } from '../support/paid-services.js';
import { startSeller } from './seller.js';

let world: EndToEnd;
let market: Market;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterAll(() => world?.end());

async function buyerWith(budget: string): Promise<Buyer> {
  const { session_id } = await market.client.sessions.open({ budget, agent_id: 'buyer' });
  return { client: market.client, agent_id: 'buyer', session_id };
}

interface Tool {
  inputSchema: z.ZodType;
  execute: (input: never, call: { toolCallId: string }) => Promise<string>;
}

/** As the AI SDK runs a call that a model made: arguments are checked by the schema, then the tool is executed. */
async function run({ inputSchema, execute }: Tool, input: object, toolCallId = ownText()): Promise<string> {
  return execute(inputSchema.parse(input) as never, { toolCallId });
}

const enumOf = (schema: z.ZodType) =>
  (
    z.toJSONSchema(schema) as unknown as { properties: { service: { enum: string[] } } }
  ).properties.service.enum.toSorted();

const enabled = ['firecrawl', 'jina', 'newsapi', 'perplexity', 'tavily'];

describe('The tools for the Vercel AI SDK', () => {
  it('name what is enabled, and let no other name through', async () => {
    const { buy } = await buyingTools(await buyerWith('1.00'));
    expect(enumOf(buy.inputSchema)).toEqual(enabled);
    await expect(run(buy, { service: 'nothing', text: 'x' })).rejects.toThrow(z.ZodError);
  });

  it('buy a search and a page within the session', async () => {
    const { buy, remaining } = await buyingTools(await buyerWith('1.00'));
    expect(JSON.parse(await run(buy, { service: 'tavily', text: ownText() }))).toMatchObject({
      credits_spent: 0.01,
      sandbox: true,
    });
    expect(await run(buy, { service: 'jina', text: 'https://example.com/heat-pumps' })).toContain('Heat pumps');
    expect(await run(remaining, {})).toBe('0.98');
  });

  it('C1: buy once when the same tool call is run again', async () => {
    const { buy, remaining } = await buyingTools(await buyerWith('1.00'));
    const text = ownText();
    const first = await run(buy, { service: 'tavily', text }, 'call_1');
    expect(await run(buy, { service: 'tavily', text }, 'call_1')).toBe(first);
    expect(await new PaidServices(world, market.admin).asked(text)).toBe(1);
    expect(await run(remaining, {})).toBe('0.99');
  });

  it('tell the model what was refused, and stop when too little is left', async () => {
    const buyer = await buyerWith('0.015');
    const { buy } = await buyingTools(buyer);
    const isOver = spentBelow(buyer, 0.01);
    expect(await isOver()).toBe(false);
    await run(buy, { service: 'tavily', text: ownText() });
    expect(await isOver()).toBe(true);
    expect(await run(buy, { service: 'tavily', text: ownText() })).toMatch(/^Not bought: session_budget_exceeded\. /);
    expect(await run(buy, { service: 'tavily', text: ownText('sandbox:status=401') })).toMatch(/^Not bought: /);
  });

  it('say once that a call which the service refused has cost nothing', async () => {
    const { buy } = await buyingTools(await buyerWith('1.00'));
    const told = await run(buy, { service: 'tavily', text: ownText('sandbox:status=401') });
    expect(told).toMatch(
      /^Not bought: upstream_refused\. The service answered 401\. Nothing was spent\. Read upstream/,
    );
    expect(told.match(/Nothing was spent/g)).toHaveLength(1);
  });

  it('fetch a page that costs money, and say what became of one that did not come', async () => {
    const { session_id } = await buyerWith('1.00');
    const seller = await startSeller(world.instance.url, market.seller.token);
    const own = world.client(market.buyer.token);
    const fetch = fetchTool(own, session_id, '0.05');
    expect(await run(fetch, { url: `${seller.url}/report` })).toBe('the report');
    expect(await run(fetch, { url: `${seller.url}/nowhere` })).toBe(`GET ${seller.url}/nowhere was answered 404`);
    expect(await run(fetch, { url: `${seller.url}/silent` })).toMatch(/^Not fetched: .*402/);
    const poor = fetchTool(own, session_id, '0.04');
    expect(await run(poor, { url: `${seller.url}/report` })).toMatch(/^Not fetched: /);
    await seller.stop();
    expect(await market.client.sessions.get(session_id)).toMatchObject({ spent: 0.05 });
  });
});

describe('The tool for LangChain.js', () => {
  it('has an enum in its schema, buys, and buys once for one tool call', async () => {
    const buyer = await buyerWith('1.00');
    const { name, schema, func } = await buyingToolFields(buyer);
    expect([name, enumOf(schema)]).toEqual(['buy', enabled]);
    const input = schema.parse({ service: 'tavily', text: ownText() });
    const call = { toolCall: { id: 'call_1' } };
    const first = await func(input, undefined, call);
    expect(JSON.parse(first)).toMatchObject({ credits_spent: 0.01, receipt_id: expect.any(String) });
    expect(await func(input, undefined, call)).toBe(first);
    expect(await func(schema.parse({ service: 'jina', text: 'no address' }))).toMatch(/^Not bought: /);
    expect(await market.client.sessions.get(buyer.session_id)).toMatchObject({ spent: 0.01 });
  });
});
