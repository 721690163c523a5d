import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { readConfig } from '#config';
import { problemOfCode, type ErrorCode } from '#contracts';
import { CommandContext } from './command-context.js';
import { exitCodesText } from './commands/exit-codes.js';
import { EXIT, EXIT_CODES } from './exit-codes.js';
import { bursarProgram } from './program.js';
import { recordingTerminal, runLine as run } from '../test-support/command-line.js';

const KEY = { BURSAR_API_KEY: 'k' };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Call {
  method: string;
  url: string;
  authorization: string;
  body: unknown;
}

async function serve(status: number, body: unknown): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      calls.push({
        method,
        url,
        authorization: headers.authorization ?? '',
        body: text === '' ? null : JSON.parse(text),
      });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

const refusal = (code: ErrorCode) => {
  const problem = problemOfCode(code);
  return serve(problem.status, problem);
};

describe('the exit code', () => {
  it.each([
    ['lifetime_cap_exceeded', EXIT.declined],
    ['role_not_allowed', EXIT.declined],
    ['idempotency_key_conflict', EXIT.declined],
    ['credential_invalid', EXIT.refused],
    ['agent_not_found', EXIT.refused],
    ['body_invalid', EXIT.refused],
  ] as const)('of %s is %i', async (code, expected) => {
    const { url } = await refusal(code);
    const ran = await run(['--url', url, 'pay', 'seller', '1'], KEY);
    expect(ran).toMatchObject({ code: expected, out: '' });
    expect(ran.err).toContain(code);
  });

  it('of a command line that cannot be read is 2, with what is wrong with it', async () => {
    expect(await run(['pay', 'seller'])).toMatchObject({ code: EXIT.usage, err: expect.stringContaining("'amount'") });
    expect(await run(['dance'])).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('dance') });
    expect(await run(['report', 'spend', '--by', 'mood'])).toMatchObject({ code: EXIT.usage });
    expect(await run(['pay', 'seller', '1'])).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('BURSAR_API_KEY'),
    });
    expect(await run([], { BURSAR_URL: 'no url' })).toMatchObject({ code: EXIT.usage });
    expect(await run(['session', 'open', '--budget', '1', '--labels', 'team'])).toMatchObject({ code: EXIT.usage });
    const topUp = ['topup', '1', '--agent', 'a', '--session', 's'];
    expect(await run(topUp, KEY)).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('Name one of') });
  });

  it('of help and version is 0', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: EXIT.done,
      out: expect.stringContaining('bursar help exit-codes'),
    });
    expect(await run(['--version'])).toMatchObject({ code: EXIT.done, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  it('of status is 5 where nobody listens, and it says so', async () => {
    const { url } = await serve(200, {});
    await new Promise((resolve) => server!.close(resolve));
    const ran = await run(['--url', url, 'status']);
    expect(ran).toMatchObject({ code: EXIT.unavailable, out: expect.stringMatching(/gateway +down .*ECONNREFUSED/) });
  });
});

describe('what a new user is told', () => {
  it.each([
    [['pay', 'bob'], {}, EXIT.usage, ["'amount'", '(bursar pay --help']],
    [['session', 'close'], {}, EXIT.usage, ["'session'", '(bursar session close --help']],
    [['dance'], {}, EXIT.usage, ["'dance'", '(bursar --help']],
    [['pay', 'bob', '1', '--agnt', 'x'], KEY, EXIT.usage, ['Did you mean --agent?']],
    [['whoami'], {}, EXIT.usage, ['no credential', 'BURSAR_API_KEY', 'agent or a session']],
    [['receipt', 'verify', '/nowhere.json'], KEY, EXIT.usage, ['/nowhere.json cannot be read: there is no such file.']],
    [['receipt', 'verify', '/'], KEY, EXIT.usage, ['/ cannot be read: it is a folder.']],
  ] as const)(
    'A10: by %j is what is wrong and what to do, and nothing on standard output',
    async (line, env, code, said) => {
      const ran = await run([...line], env);
      expect(ran).toMatchObject({ code, out: '' });
      for (const words of said) expect(ran.err).toContain(words);
    },
  );

  it.each([
    ['credential_invalid', EXIT.refused, 'BURSAR_API_KEY'],
    ['agent_not_found', EXIT.refused, 'bursar agent list'],
    ['payee_not_found', EXIT.refused, 'service:<name>'],
    ['session_not_found', EXIT.refused, 'bursar session list'],
    ['service_not_found', EXIT.refused, 'bursar service list'],
    ['wallet_not_found', EXIT.refused, 'bursar wallet list'],
    ['body_invalid', EXIT.refused, 'named above'],
  ] as const)('A10: of %s ends with %i, and says what to do in words of this terminal', async (code, exit, words) => {
    const { url } = await refusal(code);
    const ran = await run(['--url', url, 'pay', 'seller', '1'], KEY);
    expect(ran).toMatchObject({ code: exit, out: '' });
    expect(ran.err).toMatch(new RegExp(`what to do +.*${words}`));
  });

  it('A10: in help describes every option and every argument', () => {
    const { terminal } = recordingTerminal();
    const bare: string[] = [];
    const look = (command: Command): void => {
      for (const { flags, description } of command.options) if (!description) bare.push(`${pathOf(command)} ${flags}`);
      for (const argument of command.registeredArguments)
        if (!argument.description) bare.push(`${pathOf(command)} <${argument.name()}>`);
      command.commands.forEach(look);
    };
    look(bursarProgram(new CommandContext(terminal, readConfig('cli', {}))));
    expect(bare).toEqual([]);
  });
});

describe('a command', () => {
  it('F4: takes the key from the environment, and never from the command line', async () => {
    const { url, calls } = await serve(200, { status: 'active' });
    const settings = { BURSAR_URL: url, BURSAR_ADMIN_KEY: 'admin' };
    await run(['agent', 'spend', 'researcher', '--json'], settings);
    await run(['agent', 'spend', 'researcher', '--json'], { ...settings, BURSAR_API_KEY: 'own' });
    expect(calls.map(({ authorization }) => authorization)).toEqual(['Bearer admin', 'Bearer own']);
    // Others on the machine can read a command line.
    expect(await run(['--key', 'given', 'whoami'], settings)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining("'--key'"),
    });
  });

  it('never shows the key in its help', async () => {
    const ran = await run(['--help'], { BURSAR_API_KEY: 'very-secret' });
    expect(ran.out).not.toContain('very-secret');
  });

  it('prints a refusal as JSON where that was asked for', async () => {
    const { url } = await refusal('insufficient_funds');
    const ran = await run(['--url', url, '--json', 'pay', 'seller', '1'], KEY);
    expect(JSON.parse(ran.out)).toMatchObject({ code: 'insufficient_funds' });
    expect(ran.code).toBe(EXIT.declined);
  });

  it('sends what the line says: pay', async () => {
    const { url, calls } = await serve(201, {});
    const line = 'pay service:search 0.05 --agent a --session s --label l --labels x=1 --labels y=2=3 --hold --json';
    await run(['--url', url, ...line.split(' ')], KEY);
    expect(calls[0]).toMatchObject({
      method: 'POST',
      url: '/v1/payments',
      body: {
        service: 'search',
        amount: '0.05',
        capture: false,
        agent_id: 'a',
        session_id: 's',
        label: 'l',
        labels: { x: '1', y: '2=3' },
      },
    });
  });

  it('sends what the line says: wallet open, transfer, payment extend and payment resolve', async () => {
    const { url, calls } = await serve(201, {});
    const at = ['--url', url, '--json'];
    for (const line of [
      'wallet open escrow deals --currency JPY',
      'transfer 2.50 --from wal_1 --to escrow:deals:USD --reason deal-7',
      'payment extend pay_1 --expires-in 3600',
      'payment resolve pay_1 captured --amount 0.20',
      'payment resolve pay_2 voided',
    ])
      expect(await run([...at, ...line.split(' ')], KEY)).toMatchObject({ code: EXIT.done });
    expect(calls.map(({ url: path, body }) => ({ path, body }))).toEqual([
      { path: '/v1/wallets', body: { kind: 'escrow', name: 'deals', currency: 'JPY' } },
      {
        path: '/v1/transfers',
        body: { from_wallet_id: 'wal_1', to_wallet_id: 'escrow:deals:USD', amount: '2.50', reason: 'deal-7' },
      },
      { path: '/v1/payments/pay_1/extend', body: { expires_in: 3600 } },
      { path: '/v1/payments/pay_1/resolve', body: { outcome: 'captured', amount: '0.20' } },
      { path: '/v1/payments/pay_2/resolve', body: { outcome: 'voided' } },
    ]);
    for (const line of [
      'resolve pay_1 captured',
      'resolve pay_1 voided --amount 1',
      'resolve pay_1 lost',
      'list --limit 0',
    ])
      expect(await run([...at, 'payment', ...line.split(' ')], KEY)).toMatchObject({ code: EXIT.usage });
  });

  it('sends what the line says: agent create and agent set', async () => {
    const { url, calls } = await serve(200, {});
    const at = ['--url', url, '--json'];
    await run(
      [...at, ...'agent create researcher --cap 5 --per-payment 0.5 --protocols x402,acp --funding own'.split(' ')],
      KEY,
    );
    await run([...at, ...'agent set researcher --cap none --daily 2 --protocols none'.split(' ')], KEY);
    expect(calls.map(({ method, url: path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/v1/agents',
        body: {
          handle: 'researcher',
          spending_cap: { amount: '5', currency: 'USD' },
          per_tx_limit: '0.5',
          protocols: ['x402', 'acp'],
          funding: 'own',
        },
      },
      {
        method: 'PATCH',
        path: '/v1/agents/researcher',
        body: { spending_cap: null, daily_cap: '2', protocols: null },
      },
    ]);
  });
});

describe('docs/terminal.md', () => {
  const page = readFileSync(new URL('../../../docs/terminal.md', import.meta.url), 'utf8');

  it('shows every command at work', () => {
    const { terminal } = recordingTerminal();
    const program = bursarProgram(new CommandContext(terminal, readConfig('cli', {})));
    const shown = (command: Command): string[] =>
      command.commands.length > 0 ? command.commands.flatMap(shown) : [pathOf(command)];
    const commands = shown(program).filter((path) => path !== 'bursar exit-codes');
    expect(commands.length).toBeGreaterThan(60);
    expect(
      commands.filter((path) => !new RegExp(`^(\\$ )?(echo .* \\| |timeout .*)?${path}\\b`, 'm').test(page)),
    ).toEqual([]);
  });

  it('has the exit codes as they are', () => {
    const rows = [...page.matchAll(/^\| (\d) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
    expect(rows).toEqual(EXIT_CODES);
    expect(exitCodesText()).toContain(EXIT_CODES[6]![1]);
  });
});

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
