import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { projectRoot } from '#embedded';
import { EndToEnd } from '../../../test/support/end-to-end.js';
import { oneCall } from '../examples/one-call.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

it('B2: the example of the README holds at most what it may cost, calls the sandbox, and captures what it cost', async () => {
  const running = readFileSync(join(world.instance.dataDirectory, 'running.json'), 'utf8');
  const { sandbox_url } = JSON.parse(running) as { sandbox_url: string };
  const definition = readFileSync(join(projectRoot, 'apps/settlement/services/tavily.json'), 'utf8');
  const held: bigint[] = [];
  const captured: bigint[] = [];
  const body = await oneCall(definition, { query: 'heat pumps' }, 'job-17', {
    hold: (units) => Promise.resolve(void held.push(units)),
    capture: (units) => Promise.resolve(void captured.push(units)),
    call: async (url, request) => {
      const response = await fetch(`${sandbox_url}/${url.replace('https://', '')}`, request);
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
    },
  });
  expect(body).toMatchObject({ results: expect.any(Array) });
  expect(held).toHaveLength(1);
  expect(captured).toHaveLength(1);
  expect(captured[0]! > 0n && captured[0]! <= held[0]!).toBe(true);
});
