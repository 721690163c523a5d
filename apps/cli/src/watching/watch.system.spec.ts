import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inheritedEnvironment } from '#config';
import { projectRoot } from '#embedded';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { assertPseudoTerminals, PseudoTerminal } from '../../test-support/pseudo-terminal.js';
import { cellsOf } from '../rendering/cells.js';
import { EXIT } from '../exit-codes.js';

// The command as it is installed, on a terminal of Debian's `pty`; `npm run test:system` builds first.
let world: EndToEnd;
const opened: PseudoTerminal[] = [];
beforeAll(async () => {
  assertPseudoTerminals();
  world = await EndToEnd.begin();
}, 300_000);
afterEach(() => opened.splice(0).forEach((terminal) => terminal.close()));
afterAll(() => world?.end());

const CTRL_C = '\u0003';
const BAR = /\[[█▒·]+\]/;

async function organization() {
  const { client, token } = await world.organizations.open();
  await client.agents.create({ handle: 'worker' });
  return { client, settings: { BURSAR_URL: world.instance.url, BURSAR_API_KEY: token } };
}

type Client = Awaited<ReturnType<typeof organization>>['client'];

function look(
  line: string,
  settings: Record<string, string>,
  size: { columns: number; rows: number },
  before?: string,
): PseudoTerminal {
  const terminal = new PseudoTerminal(line.split(' '), settings, size, before);
  opened.push(terminal);
  return terminal;
}

/** A tree of three, whose names are as long, as wide and as hostile as anybody may make them. */
async function tree(client: Client): Promise<{ root: string; leaf: string }> {
  const described = { budget: 2, agent_id: 'worker', description: 'a report on heat pumps for the board of directors' };
  const root = (await client.sessions.open(described)).session_id;
  await client.sessions.open({
    budget: 1,
    parent_session_id: root,
    description: '漢字の見積もりを集める 🚀 e\u0301te\u0301',
  });
  const hostile = {
    budget: 1,
    parent_session_id: root,
    description: 'red \u001b[31m\u001b[2J\u0007\nand\r\u009b5A more',
  };
  const leaf = (await client.sessions.open(hostile)).session_id;
  return { root, leaf };
}

describe('bursar watch on a terminal', () => {
  it.each([80, 40])(
    'D11: draws the tree in place with bars, %i cells wide, and again while payments happen; no line wraps',
    async (columns) => {
      const { client, settings } = await organization();
      const { leaf } = await tree(client);
      const terminal = look('watch --interval 0.1', settings, { columns, rows: 24 }, '$ bursar watch\r\n');
      const { screen } = terminal;
      const before = await terminal.until((lines) => lines.length === 4);
      expect(before[0]).toBe('$ bursar watch');
      for (const line of before.slice(1)) expect(line).toMatch(BAR);
      for (let paid = 1; paid <= 5; paid++) {
        await client.payments.pay({ service: 'search', amount: '0.1', agent_id: 'worker', session_id: leaf });
        const rest = `${Number((1 - paid / 10).toFixed(1))} left`;
        const lines = await terminal.until((seen) => seen.at(-1)!.includes(rest));
        expect(lines).toHaveLength(4);
        expect(lines[0]).toBe('$ bursar watch');
      }
      await client.payments.authorize({ service: 'search', amount: '0.2', agent_id: 'worker', session_id: leaf });
      const last = await terminal.until((seen) => seen.at(-1)!.includes('▒'));
      expect(last.at(-1)).toContain('red ␛[31m␛[2J␇');
      expect(last.at(-1)).toContain('█');
      for (const line of last) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
      expect([screen.wraps, screen.gone, screen.unknown]).toEqual([0, [], []]);
      expect(screen.cursorShown).toBe(false);
      // Green, yellow and their ends: colours, and nothing of what a session's name would have set.
      expect(new Set(screen.looks)).toEqual(new Set(['\u001b[32m', '\u001b[33m', '\u001b[39m']));
    },
  );

  it('D11: follows the size of the terminal at once, whether that cuts long lines or goes on in the next', async () => {
    const { client, settings } = await organization();
    await tree(client);
    for (const cut of [false, true]) {
      // Once in an hour: what is drawn comes of the change of size.
      const terminal = look('watch --interval 3600', settings, { columns: 120, rows: 24 }, '$ bursar watch\r\n');
      const wide = await terminal.until((lines) => lines.length === 4);
      expect(wide[1]).toContain('0 spent, 2 left of 2 USD');
      terminal.resize(40, 10, cut);
      const narrow = await terminal.until((lines) => lines.length === 3 && lines.every((line) => cellsOf(line) <= 40));
      for (const line of narrow) expect(line).toMatch(BAR);
      terminal.resize(100, 3, cut);
      const low = await terminal.until((lines) => lines.length === 2 && lines[0]!.length > 40);
      expect(low[1]).toBe('… and 2 lines more');
      terminal.resize(100, 30, cut);
      await terminal.until((lines) => lines.length === 3 && lines[2]!.includes('left of 1 USD'));
      expect([terminal.screen.wraps, terminal.screen.unknown]).toEqual([0, []]);
      terminal.type(CTRL_C);
      expect(await terminal.ended).toEqual({ code: EXIT.done, kept: true });
    }
  });

  it('ends well at Ctrl-C: the last one stands, and the terminal is as it was', async () => {
    const { client, settings } = await organization();
    await tree(client);
    const terminal = look('watch --interval 0.1', settings, { columns: 80, rows: 24 }, '$ bursar watch\r\n');
    const drawn = await terminal.until((lines) => lines.length === 4);
    terminal.type(CTRL_C);
    expect(await terminal.ended).toEqual({ code: EXIT.done, kept: true });
    const { screen } = terminal;
    expect([screen.text(), screen.cursor(), screen.cursorShown]).toEqual([drawn, { row: 4, column: 0 }, true]);
  });

  it('ends well at Ctrl-C while it waits for the first answer', async () => {
    const silent = createServer();
    const asked = new Promise((resolve) => silent.once('connection', resolve));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const terminal = look('watch', { BURSAR_URL: url, BURSAR_API_KEY: 'k' }, { columns: 80, rows: 24 });
    await asked;
    terminal.type(CTRL_C);
    expect(await terminal.ended).toEqual({ code: EXIT.done, kept: true });
    expect(terminal.screen.cursorShown).toBe(true);
    silent.close();
  });

  it('gives the cursor back where it is refused in the middle, and says why', async () => {
    const { client, settings } = await organization();
    await tree(client);
    const { key_id, token } = await client.keys.issue({ role: 'finance', name: 'looks on' });
    const looksOn = { ...settings, BURSAR_API_KEY: token! };
    const terminal = look('watch --interval 0.2', looksOn, { columns: 80, rows: 24 });
    await terminal.until((lines) => lines.length === 3);
    await client.keys.revoke(key_id);
    expect(await terminal.ended).toEqual({ code: EXIT.refused, kept: true });
    expect(terminal.screen.cursorShown).toBe(true);
    expect(terminal.screen.text().slice(0, 3).join()).toMatch(BAR);
    expect(terminal.screen.text()[3]).toMatch(/^Refused \(401 credential_invalid\)/);
  });

  it('has no colours with NO_COLOR, and is plain text in a pipe', async () => {
    const { client, settings } = await organization();
    await tree(client);
    const terminal = look('watch', { ...settings, NO_COLOR: '1' }, { columns: 80, rows: 24 });
    await terminal.until((lines) => lines.length === 3);
    await client.payments.pay({
      service: 'search',
      amount: '0.1',
      session_id: (await client.sessions.list()).sessions[0]!.session_id,
    });
    await terminal.until((lines) => lines[0]!.includes('█'));
    terminal.type(CTRL_C);
    await terminal.ended;
    expect(terminal.screen.looks).toEqual([]);
    for (const line of ['watch --once', 'session list', 'report spend', 'agent list']) {
      const { stdout, stderr } = await piped(line, settings);
      expect([line, stderr]).toEqual([line, '']);
      expect(stdout).toMatch(/\S/);
      expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });

  it('H1: does not scroll the screen away with two hundred sessions on 24 lines', async () => {
    const { client, settings } = await organization();
    const root = (await client.sessions.open({ budget: 200, agent_id: 'worker' })).session_id;
    for (let made = 1; made < 200; made++)
      await client.sessions.open({ budget: 1, parent_session_id: root, label: `part ${made}` });
    const terminal = look('watch --interval 0.1', settings, { columns: 80, rows: 24 });
    const drawn = await terminal.until((lines) => lines.length === 23);
    expect(drawn.at(-1)).toBe('… and 178 lines more');
    for (let paid = 1; paid <= 3; paid++) {
      await client.payments.pay({ service: 'search', amount: '1', session_id: root });
      const lines = await terminal.until((seen) => seen.length === 23 && seen[0]!.includes(`${paid} spent`));
      expect(lines.at(-1)).toBe('… and 178 lines more');
    }
    expect([terminal.screen.gone, terminal.screen.wraps]).toEqual([[], 0]);
  });
});

describe('bursar report on a terminal', () => {
  it('D2: colours no figure, fits 80 cells, and hides nothing of the terminal', async () => {
    const { client, settings } = await organization();
    await client.payments.pay({ service: 'search', amount: '0.1', agent_id: 'worker' });
    for (let turn = 0; turn < 100 && (await client.reports.spend({})).rows.length === 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const terminal = look('report spend --by agent', settings, { columns: 80, rows: 24 });
    expect(await terminal.ended).toEqual({ code: EXIT.done, kept: true });
    const { screen } = terminal;
    expect(screen.text()[0]).toBe('agent   spent  held  earned  refunded  payments  declined  currency');
    expect(screen.text()[1]).toMatch(/^worker +0\.1 +0 +0 +0 +1 +0 +USD$/);
    expect([screen.unknown, screen.looks, screen.cursorShown]).toEqual([[], [], true]);
  });

  it('words that say how things stand are coloured, a refusal is red, and each colour ends', async () => {
    const { client, settings } = await organization();
    await client.agents.freeze('worker', { reason: 'a \u001b[31mtrick' });
    const shown = look('agent get worker', settings, { columns: 80, rows: 24 });
    await shown.ended;
    expect(shown.written).toContain('\u001b[33mfrozen\u001b[39m');
    expect(shown.written).toContain('a ␛[31mtrick');
    const refused = look('pay service:search 1 --agent worker', settings, { columns: 80, rows: 24 });
    expect(await refused.ended).toMatchObject({ code: EXIT.declined });
    const [first] = refused.written.split('\r\n');
    expect(first).toMatch(/^.\[31mDeclined \(403 agent_frozen\).*.\[39m$/);
    for (const { screen } of [shown, refused])
      expect(screen.looks.filter((look) => !look.endsWith('39m')).length).toBe(screen.looks.length / 2);
  });
});

function piped(line: string, settings: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  const env = { ...inheritedEnvironment(), TERM: 'xterm-256color', ...settings };
  return promisify(execFile)(process.execPath, ['apps/cli/bursar.js', ...line.split(' ')], { cwd: projectRoot, env });
}
