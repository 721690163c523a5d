import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inheritedEnvironment } from '#config';
import { projectRoot } from '#embedded';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { commandLine, runLine } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

interface Watching {
  child: ChildProcess;
  next(): Promise<Record<string, unknown>>;
  ended: Promise<number | null>;
  complained(): string;
}

/** The command as it is installed, whose lines of JSON come one after the other. */
function watching(token: string, ...line: string[]): Watching {
  const child = spawn(process.execPath, ['apps/cli/bursar.js', ...line, '--json', '--interval', '0.1'], {
    cwd: projectRoot,
    env: { ...inheritedEnvironment(), BURSAR_URL: world.instance.url, BURSAR_API_KEY: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    next: async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>,
    ended: new Promise((resolve) => child.once('exit', resolve)),
    complained: () => err,
  };
}

async function organization() {
  const { client, token } = await world.organizations.open();
  await client.agents.create({ handle: 'worker' });
  return { client, token, bursar: commandLine(world.instance.url, token) };
}

describe('bursar watch', () => {
  it('D11: shows each change of a budget as the book has it, and ends well at Ctrl-C', async () => {
    const { client, token } = await organization();
    const { session_id } = await client.sessions.open({ budget: 1, agent_id: 'worker' });
    const watched = watching(token, 'watch');
    expect(await watched.next()).toMatchObject({ sessions: [{ session_id, spent: 0 }], more: 0 });
    await client.payments.pay({ service: 'search', amount: '0.25', session_id });
    expect(await watched.next()).toMatchObject({ sessions: [{ session_id, spent: 0.25, remaining: 0.75 }] });
    const { session_id: child } = await client.sessions.open({ budget: 1, parent_session_id: session_id });
    expect(await watched.next()).toMatchObject({ sessions: [{ children: [{ session_id: child }] }] });
    watched.child.kill('SIGINT');
    expect([await watched.ended, watched.complained()]).toEqual([EXIT.done, '']);
  });

  it('shows one tree once: plain where nobody looks, in colours where they are shown, as the API answers with --json', async () => {
    const { client, bursar, token } = await organization();
    const { session_id } = await client.sessions.open({ budget: 1, agent_id: 'worker', description: 'trees' });
    await client.sessions.open({ budget: 1, parent_session_id: session_id, label: 'leaf' });
    await client.sessions.open({ budget: 5 });
    await client.payments.pay({ service: 'search', amount: '0.50', session_id });
    const { code, out } = await bursar('watch', '--once', '--session', session_id);
    expect(code).toBe(EXIT.done);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^trees …\w{12} +\[█{10}·{10}\] 0\.5 spent, 0\.5 left of 1 USD$/),
      expect.stringMatching(/^└─ leaf …\w{12} +\[·{20}\] 0 spent, 1 left of 1 USD$/),
    ]);
    expect((await bursar('watch', '--once')).out.split('\n')).toHaveLength(3);
    const environment = { BURSAR_URL: world.instance.url, BURSAR_API_KEY: token };
    const coloured = await runLine(['watch', '--once', '--session', session_id], environment, { colours: true });
    expect(coloured.out).toContain('\u001b[32m██████████\u001b[39m');
    const answer = JSON.parse((await bursar('watch', '--once', '--session', session_id, '--json')).out) as object;
    expect(answer).toMatchObject({ sessions: [{ session_id, spent: 0.5 }] });
  });

  it('ends with what is wrong: no such session, no such key, nobody there', async () => {
    const { bursar } = await organization();
    expect(await bursar('watch', '--session', 'ses_none')).toMatchObject({
      code: EXIT.refused,
      err: expect.stringContaining('session_not_found'),
    });
    expect(await commandLine(world.instance.url, 'nobody')('watch')).toMatchObject({ code: EXIT.refused });
  });
});

describe('bursar events follow', () => {
  it('D9: prints what is new, once and in order, and goes on from a position', async () => {
    const { client, token } = await organization();
    await client.agents.create({ handle: 'early' });
    const { position } = (await client.events.page()).events.at(-1)!;
    const all = watching(token, 'events', 'follow', '--cursor', (await client.events.page()).events[0]!.position);
    const told: unknown[] = [];
    do told.push((await all.next())['position']);
    while (told.at(-1) !== position);
    for (const handle of ['one', 'two', 'three']) await client.agents.create({ handle });
    const handles: unknown[] = [];
    while (handles.length < 3) handles.push(((await all.next())['event'] as object as { handle: string }).handle);
    expect(handles).toEqual(['one', 'two', 'three']);
    all.child.kill('SIGINT');
    expect([await all.ended, all.complained()]).toEqual([EXIT.done, '']);
  });
});
