import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { ownText } from '../support/paid-services.js';
import type { Organization } from '../support/organizations.js';
import { startSeller, type Seller } from '../examples/seller.js';
import { UserProject } from './support/user-project.js';

// The examples in TypeScript with the published frameworks, in a project as a user has it.
let world: EndToEnd;
let project: UserProject;
let organization: Organization;
let token: string;
let seller: Seller;
beforeAll(async () => {
  world = await EndToEnd.begin();
  project = await UserProject.make();
}, 120_000);
beforeEach(async () => {
  organization = await world.organizations.open();
  token = (await organization.client.agents.create({ handle: 'researcher' })).token!;
  const sold = await organization.client.agents.create({ handle: 'seller' });
  seller = await startSeller(world.instance.url, sold.token!);
});
afterEach(() => seller?.stop());
afterAll(async () => {
  project?.remove();
  await world?.end();
});

interface Call {
  tool: string;
  input: object;
}
const buys = (text: string, service = 'tavily'): Call => ({ tool: 'buy', input: { service, text } });

async function research(program: string, budget: string, calls: readonly Call[]) {
  const given = { url: world.instance.url, key: organization.token, token, budget, calls };
  const printed = await project.run<{ told: string[]; text: string }>(program, given);
  const { spent_usd, held_usd } = await organization.client.agents.spend('researcher');
  return { ...printed, spent: spent_usd, held: held_usd };
}

describe.each(['ai-sdk.mjs', 'langchain.mjs'])('%s: the agent of the example', (program) => {
  it('A6: buys in its budget, and the model reads refusals as the results of its calls', async () => {
    const calls = [buys(ownText()), buys(ownText('sandbox:status=401')), buys('x', 'nothing')];
    const { told, text, spent, held } = await research(program, '0.50', calls);
    expect(JSON.parse(told[0]!)).toMatchObject({ credits_spent: 0.01, sandbox: true });
    expect(told[1]).toMatch(
      /^Not bought: upstream_refused\. The service answered 401\. Nothing was spent\. Read upstream/,
    );
    expect(told.slice(2).join()).not.toContain('credits_spent');
    expect({ text, spent, held }).toEqual({ text: 'done', spent: 0.01, held: 0 });
  });

  it('B1: ends when too little is left for another call', async () => {
    const calls = Array.from({ length: 10 }, () => buys(ownText()));
    const { told, spent, held } = await research(program, '0.06', calls);
    expect([told.length, spent, held]).toEqual([2, 0.02, 0]);
  });
});

describe('ai-sdk.mjs: the tool that fetches pages', () => {
  it('C4: pays at a 402 with the agent’s own token, out of the same budget', async () => {
    const calls = [{ tool: 'fetch', input: { url: `${seller.url}/report` } }];
    const { told, spent, held } = await research('ai-sdk.mjs', '0.50', calls);
    expect({ told, spent, held }).toEqual({ told: ['the report'], spent: 0.05, held: 0 });
  });
});
