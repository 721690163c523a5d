import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('The sandbox of a start', () => {
  it('answers where the start says that it is', async () => {
    const { sandboxUrl } = world.instance;
    expect(new URL(sandboxUrl).hostname).toBe('127.0.0.1');
    const answer = await fetch(`${sandboxUrl}/newsapi.org/v2/everything?q=heat`, { headers: { 'x-api-key': 'any' } });
    expect(answer.headers.get('bursar-sandbox')).toBe('true');
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });
});
