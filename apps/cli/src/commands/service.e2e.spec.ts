import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeTemporaryDirectory } from '#embedded';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { commandLine, runLine, valueOf } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

async function atTerminal() {
  const { client, token } = await world.organizations.open();
  await client.agents.create({ handle: 'worker' });
  return { client, token, bursar: commandLine(world.instance.url, token) };
}

describe('bursar pay-service', () => {
  it('C1: calls a service once for its key, within a budget, and shows the answer and what it did cost', async () => {
    const { bursar, client } = await atTerminal();
    const line = ['pay-service', 'perplexity', '--payload', '{"query":"heat pumps"}', '--agent', 'worker'];
    const keyed = [...line, '--max-credits', '0.10', '--label', 'goal=7', '--idempotency-key', 'once'];
    const first = await bursar(...keyed);
    expect([first.code, first.err]).toEqual([EXIT.done, '']);
    expect(valueOf(first, 'answered by')).toContain('the sandbox');
    expect(await bursar(...keyed)).toEqual(first);
    const { spent_usd } = await client.agents.spend('worker');
    expect(String(spent_usd)).toBe(valueOf(first, 'credits spent'));
    const answer = JSON.parse((await bursar(...keyed, '--json')).out) as Record<string, unknown>;
    expect(answer).toMatchObject({ credits_spent: spent_usd, sandbox: true, answer: expect.any(String) });
    const dear = await bursar(...line, '--max-credits', '0.001');
    expect([dear.code, dear.err]).toEqual([EXIT.declined, expect.stringContaining('budget_exceeded')]);
    expect(await client.agents.spend('worker')).toMatchObject({ spent_usd });
  });

  it('says what waits for an approval, and with which key to go on', async () => {
    const { bursar, client } = await atTerminal();
    await client.agents.create({ handle: 'asks', approval_above: { amount: 0 } });
    const line = ['pay-service', 'tavily', '--payload', '{"query":"x"}', '--agent', 'asks'];
    const waiting = await bursar(...line);
    expect([waiting.code, waiting.out]).toEqual([EXIT.declined, '']);
    const [, approval, key] = /: (apr_\w+)\. .*--idempotency-key (\S+) once/.exec(waiting.err)!;
    await client.approvals.approve(approval!);
    expect(await bursar(...line, '--idempotency-key', key!)).toMatchObject({ code: EXIT.done });
  });

  it('ends with 2 or 4 for what it cannot take, and names it', async () => {
    const { bursar } = await atTerminal();
    const wrong = [
      [['tavily'], EXIT.usage, '--payload'],
      [['tavily', '--payload', '{'], EXIT.usage, '--payload'],
      [['tavily', '--payload', '[]'], EXIT.usage, '--payload'],
      [['tavily', '--payload', '{}', '--agent', 'worker'], EXIT.refused, 'query'],
      [['tavilly', '--payload', '{"query":"x"}', '--agent', 'worker'], EXIT.refused, 'tavily'],
    ] as const;
    for (const [line, code, named] of wrong)
      expect([line, await bursar('pay-service', ...line)]).toEqual([
        line,
        expect.objectContaining({ code, err: expect.stringContaining(named) }),
      ]);
  });
});

describe('bursar service', () => {
  it('lists the services, and takes one of the organization and lets it go', async () => {
    const { bursar } = await atTerminal();
    const listed = await bursar('service', 'list');
    expect(listed.out).toMatch(/^tavily +search +sandbox +deployment +0\.05 /m);
    const shown = await bursar('service', 'show', 'tavily');
    expect(shown.out).toMatch(/^query +string +yes +What to search for\./m);
    const { definition } = JSON.parse((await bursar('service', 'show', 'tavily', '--json')).out) as {
      definition: object;
    };
    const folder = makeTemporaryDirectory();
    const file = join(folder.path, 'own.json');
    writeFileSync(file, JSON.stringify({ ...definition, name: 'own-search', title: 'Our own' }));
    const set = await bursar('service', 'set', file);
    expect(['service', 'title', 'of'].map((name) => valueOf(set, name))).toEqual([
      'own-search',
      'Our own',
      'organization',
    ]);
    expect((await bursar('service', 'list')).out).toMatch(/^own-search +search /m);
    expect((await bursar('service', 'remove', 'own-search')).code).toBe(EXIT.done);
    expect(await bursar('service', 'show', 'own-search')).toMatchObject({
      code: EXIT.refused,
      err: expect.stringContaining('service_not_found'),
    });
    writeFileSync(file, JSON.stringify({ ...definition, price: {} }));
    expect(await bursar('service', 'set', file)).toMatchObject({ code: EXIT.refused, out: '' });
    writeFileSync(file, '{"title":"nameless"}');
    expect(await bursar('service', 'set', file)).toMatchObject({ code: EXIT.usage });
    folder.remove();
  });

  it('F4: keeps a secret out of the environment, shows it nowhere, and forgets it', async () => {
    const { bursar, token } = await atTerminal();
    const environment = {
      BURSAR_URL: world.instance.url,
      BURSAR_API_KEY: token,
      BURSAR_SERVICE_SECRET: 'tvly-very-secret',
    };
    const set = await runLine(['service', 'secret', 'set', 'tavily'], environment);
    expect([set.code, valueOf(set, 'mode')]).toEqual([EXIT.done, 'live']);
    const shown = await bursar('service', 'show', 'tavily');
    for (const { out, err } of [set, shown]) expect(out + err).not.toContain('very-secret');
    expect((await bursar('service', 'secret', 'remove', 'tavily')).code).toBe(EXIT.done);
    expect(valueOf(await bursar('service', 'show', 'tavily'), 'mode')).toBe('sandbox');
    // Nor as an argument, which others on the machine could read.
    expect(await bursar('service', 'secret', 'set', 'tavily', 'tvly-very-secret')).toMatchObject({ code: EXIT.usage });
  });
});
