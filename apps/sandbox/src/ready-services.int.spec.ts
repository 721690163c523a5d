import {
  quoteCall,
  readServiceDefinition,
  readUpstreamAnswer,
  upstreamRequest,
  type ServiceDefinition,
} from '#paid-services';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { serviceNames } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';

// The definitions that Bursar ships, called in the sandbox as settlement calls it. Prices in millionths: API.md's typical ones.

let sandbox: SandboxUnderTest;
beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
afterAll(() => sandbox.stop());

function definitionOf(service: string): ServiceDefinition {
  const file = new URL(`../../settlement/services/${service}.json`, import.meta.url);
  const read = readServiceDefinition(readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.definition;
}

/** The least that can be asked, about something of its own. */
const payloads: Readonly<Record<string, (about: string) => object>> = {
  perplexity: (query) => ({ query }),
  tavily: (query) => ({ query }),
  newsapi: (query) => ({ query }),
  firecrawl: (about) => ({ url: `https://example.com/${encodeURIComponent(about)}` }),
  jina: (about) => ({ url: `https://example.com/a?about=${encodeURIComponent(about)}` }),
  resend: (text) => ({ from: 'a@example.com', to: 'b@example.com', subject: 'News', text }),
  sendgrid: (text) => ({ from: 'a@example.com', to: 'b@example.com', subject: 'News', text }),
  twilio: (body) => ({ to: '+15558675310', body }),
  'openai-image': (prompt) => ({ prompt }),
  'openai-chat': (content) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
};

async function buy(service: string, payload: object) {
  const definition = definitionOf(service);
  const quote = quoteCall(definition, payload);
  if (!quote.ok) throw new Error(JSON.stringify(quote));
  const request = upstreamRequest(definition, quote.call, undefined);
  const path = `/${request.url.replace('https://', '')}`;
  const { status, headers, text } = await sandbox.send(request.method, path, request.headers, request.body);
  const answer = { status, headers: Object.fromEntries(headers), body: text };
  return { estimate: quote.call.estimate, read: readUpstreamAnswer(definition, quote.call, answer), text };
}

async function unitsOf(service: string, payload: object): Promise<bigint> {
  const { estimate, read, text } = await buy(service, payload);
  if (!read.ok) throw new Error(`${JSON.stringify(read.fault)}: ${text}`);
  expect(read.units).toBeLessThanOrEqual(estimate);
  return read.units;
}

describe('The ready definition of each service', () => {
  it.each(serviceNames)('of %s makes a call that the sandbox takes, and reads what it cost', async (service) => {
    expect(await unitsOf(service, payloads[service]!('heat pumps'))).toBeGreaterThan(0n);
  });

  it.each([
    ['perplexity', 20_000n, 50_000n],
    ['tavily', 10_000n, 30_000n],
    ['firecrawl', 50_000n, 150_000n],
    ['jina', 10_000n, 20_000n],
    ['newsapi', 30_000n, 80_000n],
  ])('of %s costs what is typical of it, whatever is asked', async (service, least, most) => {
    const costs = new Set<bigint>();
    for (let number = 0; number < 40; number += 1)
      costs.add(await unitsOf(service, payloads[service]!(`no ${number}`)));
    expect([...costs].filter((cost) => cost < least || cost > most)).toEqual([]);
  });

  it.each(['perplexity', 'tavily', 'firecrawl', 'openai-image', 'openai-chat', 'twilio'])(
    'A9: of %s finds no price where the sandbox leaves it out, and none that is below zero',
    async (service) => {
      for (const trigger of ['sandbox:no_price', 'sandbox:negative_price']) {
        const { read } = await buy(service, payloads[service]!(trigger));
        expect(read).toMatchObject({ ok: false });
      }
    },
  );
});
