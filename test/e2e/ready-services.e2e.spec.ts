import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { ownText, PaidServices } from '../support/paid-services.js';

let world: EndToEnd;
let services: PaidServices;

beforeAll(async () => {
  world = await EndToEnd.begin();
  const org = await world.organizations.open();
  services = new PaidServices(world, org.token);
  await org.client.agents.create({ handle: 'default' });
}, 120_000);
afterAll(() => world?.end());

const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
const mail = { to: 'ann@example.com', subject: 'Hello', text: 'Text' };

describe('Every service that is ready', () => {
  // With the typical prices that agents are told, where there are any.
  it.each([
    ['perplexity', { query: 'heat pumps' }, 0.02, 0.05, { answer: expect.any(String), sources: expect.any(Array) }],
    ['perplexity', { query: 'heat pumps', model: 'sonar-pro', system: 'Be brief', max_tokens: 50 }, 0.02, 0.1, {}],
    ['tavily', { query: 'heat pumps' }, 0.01, 0.03, { answer: expect.any(String), results: expect.any(Array) }],
    ['tavily', { query: 'heat pumps', search_depth: 'advanced' }, 0.02, 0.03, {}],
    ['firecrawl', { url: 'https://example.com/a' }, 0.05, 0.15, { content: expect.any(String), success: true }],
    [
      'jina',
      { url: 'https://example.com/a?b=c#d' },
      0.01,
      0.02,
      { content: expect.stringContaining('https://example.com/a?b=c') },
    ],
    ['newsapi', { query: 'heat pumps' }, 0.03, 0.08, { articles: expect.any(Array), sources: expect.any(Array) }],
    ['resend', mail, 0.001, 0.001, { id: expect.any(String) }],
    ['sendgrid', { ...mail, html: '<p>Text</p>' }, 0.001, 0.001, { message_id: expect.any(String) }],
    ['twilio', { to: '+15551234567', body: 'Text & "more"' }, 0.0083, 0.0083, { sid: expect.stringMatching(/^SM/) }],
    ['openai-image', { prompt: 'a heat pump', n: 2, quality: 'medium' }, 0.06, 0.1, { data: [{}, {}] }],
    ['openai-chat', { ...chat, max_tokens: 20 }, 0.000001, 0.0001, { answer: expect.any(String) }],
  ])('B2: %s answers %j in the sandbox, at a typical price', async (service, payload, least, most, answer) => {
    const { status, json } = await services.pay({ service, payload });
    expect([status, json]).toMatchObject([200, { ...answer, sandbox: true, receipt_id: expect.any(String) }]);
    expect(json['credits_spent']).toBeGreaterThanOrEqual(least);
    expect(json['credits_spent']).toBeLessThanOrEqual(most);
  });

  it('B2: openai-chat answers in events too, at a typical price', async () => {
    const { status, text } = await services.pay({ service: 'openai-chat', payload: { ...chat, stream: true } });
    const [events, receipt] = text.split('event: bursar.receipt\ndata: ');
    expect([status, events]).toEqual([200, expect.stringContaining('data: [DONE]')]);
    const { credits_spent, ...rest } = JSON.parse(receipt ?? '{}') as Record<string, unknown>;
    expect(rest).toMatchObject({ sandbox: true, receipt_id: expect.any(String) });
    expect(credits_spent).toBeGreaterThanOrEqual(0.000001);
    expect(credits_spent).toBeLessThanOrEqual(0.001);
  });

  it('G4: passes on what is asked as a value, whatever stands in it', async () => {
    const text = ownText('"}, {payload.model} /../ \n # ? & @evil.example');
    const { status } = await services.pay({ service: 'perplexity', payload: { query: text } });
    expect(status).toBe(200);
    expect(await services.asked(text.slice(0, 16))).toBe(1);
  });
});
