import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { declaredBody } from '../../../../test/support/discovery.js';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { eventually } from '../../../../test/support/eventually.js';
import { openMarket } from '../../../../test/support/market.js';
import { challengeV2 } from '../../../../test/support/x402.js';
import { commandLine, valueOf, type Ran } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

type CommandLine = (...line: string[]) => Promise<Ran>;

async function atTerminal() {
  const { client, token, org } = await world.organizations.open();
  return { client, org, token, bursar: commandLine(world.instance.url, token) };
}

async function well(ran: Promise<Ran>): Promise<Ran> {
  const done = await ran;
  if (done.code !== EXIT.done) throw new Error(`it ended with ${done.code}: ${done.out}${done.err}`);
  return done;
}

async function json<Answer = Record<string, unknown>>(bursar: CommandLine, line: string): Promise<Answer> {
  return JSON.parse((await well(bursar(...line.split(' '), '--json'))).out) as Answer;
}

describe('bursar whoami', () => {
  it('F4: says what the credential is and what is left, and never the credential', async () => {
    const { bursar, client, org, token } = await atTerminal();
    const key = await well(bursar('whoami'));
    expect([valueOf(key, 'credential'), valueOf(key, 'organization'), valueOf(key, 'role')]).toEqual([
      'org key',
      org,
      'admin',
    ]);
    const worker = await client.agents.create({ handle: 'worker', spending_cap: { amount: '5.00' } });
    const session = await client.sessions.open({ budget: '1.00', agent_id: 'worker' });
    const agent = await well(commandLine(world.instance.url, worker.token!)('whoami'));
    expect([valueOf(agent, 'credential'), valueOf(agent, 'remaining')]).toEqual(["an agent's token", '5 USD']);
    const narrowed = await well(commandLine(world.instance.url, session.session_token!)('whoami'));
    expect(narrowed.out).toMatch(/^ses_\w+ {2}open {2}budget 1, spent 0, held 0, remaining 1 USD/m);
    for (const [ran, secret] of [
      [key, token],
      [agent, worker.token!],
      [narrowed, session.session_token!],
    ] as const)
      expect(ran.out).not.toContain(secret.split('.').at(-1));
    const nobody = await commandLine(world.instance.url, 'nobody')('whoami');
    expect(nobody).toMatchObject({ code: EXIT.refused, err: expect.stringContaining('401') });
  });
});

describe('bursar agent, session and org', () => {
  it('A10: set rules of every kind, and lift them again', async () => {
    const { bursar } = await atTerminal();
    const limits = '[{"of":"count","per":"hour","max":3}]';
    const lists = '{"deny":{"services":["casino"]}}';
    const rules = ['--limits', limits, '--lists', lists, '--approval-above', '0.75'];
    await well(bursar('agent', 'create', 'worker', ...rules, '--breakers', '{"declines_in_a_row":5}'));
    const agent = await well(bursar('agent', 'get', 'worker'));
    expect(valueOf(agent, 'approval above')).toBe('0.75 USD');
    expect(valueOf(agent, 'lists')).toContain('casino');
    expect(valueOf(agent, 'breakers')).toContain('"declines_in_a_row":5');
    expect(agent.out).toMatch(/^count:hour:USD +3 +0/m);
    const lifted = await well(
      bursar(
        'agent',
        'set',
        'worker',
        '--limits',
        '[]',
        '--lists',
        'none',
        '--approval-above',
        'none',
        '--breakers',
        'none',
      ),
    );
    expect(lifted.out).toContain('No limits.');
    expect(valueOf(lifted, 'lists')).toBeUndefined();

    const { session_id: session } = await json<{ session_id: string }>(
      bursar,
      'session open --budget 2 --participant worker --expires-in 60 --description trees',
    );
    const changed = await json(bursar, `session set ${session} --budget 3 --expires-in none --approval-above 1`);
    expect(changed).toMatchObject({ budget: 3, expires_at: null, approval_above: { amount: 1 } });
    expect((await well(bursar('session', 'list', '--status', 'open'))).out).toContain('budget 3, spent 0');
    expect(await json(bursar, `session tree ${session}`)).toMatchObject({ description: 'trees' });

    const organization = await well(
      bursar('org', 'set', '--name', 'Acme', '--foreign-payments', 'refuse', ...rules.slice(2)),
    );
    expect(['name', 'foreign payments', 'approval above'].map((name) => valueOf(organization, name))).toEqual([
      'Acme',
      'refused',
      '0.75 USD',
    ]);
    await well(bursar('org', 'set', '--lists', 'none', '--approval-above', 'none', '--first-use', '{"enabled":true}'));
    expect((await well(bursar('org', 'show'))).out).toContain('registered by their first payment');
    expect(await json(bursar, 'organization show')).toMatchObject({ name: 'Acme', lists: null });
  });

  it('F4: rotates a token, of which the one before holds no longer than it is said', async () => {
    const { bursar, client } = await atTerminal();
    const { token: before } = await client.agents.create({ handle: 'worker' });
    const rotated = await well(bursar('agent', 'rotate-token', 'worker', '--overlap', '0'));
    expect(await commandLine(world.instance.url, before!)('whoami')).toMatchObject({ code: EXIT.refused });
    await well(commandLine(world.instance.url, valueOf(rotated, 'token')!)('whoami'));
  });

  it('lists agents as the book knows them, and says where there are more', async () => {
    const { bursar, client } = await atTerminal();
    for (const handle of ['a', 'b', 'c']) await client.agents.create({ handle, spending_cap: { amount: 1 } });
    await client.agents.freeze('b', { reason: 'audit' });
    const all = await well(bursar('agent', 'list'));
    expect(all).toMatchObject({ err: '' });
    expect(all.out).toMatch(/^b +agt_\w+ +frozen +0 +0 +USD +1 USD/m);
    const two = await well(bursar('agent', 'list', '--limit', '2'));
    expect(two.out.split('\n')).toHaveLength(3);
    expect(two.err).toContain('There are more');
    expect(await json(bursar, 'agent list --status frozen')).toMatchObject({ agents: [{ handle: 'b' }] });
  });
});

describe('bursar payment', () => {
  it('B4: captures a part, captures the rest, gives some back, and shows how it came to that', async () => {
    const { bursar, client } = await atTerminal();
    await client.agents.create({ handle: 'worker' });
    const held = await json<{ payment_id: string }>(
      bursar,
      'pay service:search 0.10 --agent worker --hold --idempotency-key k1',
    );
    const id = held.payment_id;
    expect(await json(bursar, `payment capture ${id} --amount 0.03 --keep-rest`)).toMatchObject({
      status: 'authorized',
      amount_captured: '0.03',
      amount_held: '0.07',
    });
    expect(await json(bursar, `payment capture ${id} --amount 0.02`)).toMatchObject({ status: 'captured' });
    await well(bursar('payment', 'refund', id, '--amount', '0.01', '--reason', 'slow'));
    const shown = await well(bursar('payment', 'get', id));
    expect([valueOf(shown, 'captured'), valueOf(shown, 'refunded'), valueOf(shown, 'held')]).toEqual([
      '0.05 USD',
      '0.01 USD',
      '0 USD',
    ]);
    expect(shown.out.match(/^payment\.\w+/gm)).toEqual([
      'payment.authorized',
      'payment.captured',
      'payment.captured',
      'payment.refunded',
    ]);
    // The answer was lost: the key finds the payment.
    expect(await json(bursar, 'payment get --key k1 --agent worker')).toMatchObject({ payment_id: id });
    expect(await bursar('payment', 'get')).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('--key') });
    expect(await bursar('payment', 'get', id, '--key', 'k1')).toMatchObject({ code: EXIT.usage });
  });

  it('D12: voids a hold, and one that was dispatched is told to its end by an operator', async () => {
    const { bursar, client } = await atTerminal();
    await client.agents.create({ handle: 'worker' });
    const hold = async () =>
      (await json<{ payment_id: string }>(bursar, 'pay service:search 0.10 --agent worker --hold')).payment_id;
    const [first, second] = [await hold(), await hold()];
    expect(await json(bursar, `payment void ${first}`)).toMatchObject({ status: 'voided' });
    await well(bursar('payment', 'dispatch', second));
    expect(valueOf(await well(bursar('payment', 'get', second)), 'dispatched')).toBe('yes');
    const again = await bursar('payment', 'void', first, '--json');
    expect([again.code, (JSON.parse(again.out) as { status: number }).status]).toEqual([EXIT.declined, 409]);
    expect(await json(bursar, `payment resolve ${second} captured --amount 0.04`)).toMatchObject({
      amount_captured: '0.04',
    });
  });
});

describe('bursar x402', () => {
  it('C5: holds what a 402 asks for, and redeems it once, with no token in the command line', async () => {
    const { bursar, client } = await atTerminal();
    await client.agents.create({ handle: 'buyer' });
    await client.agents.create({ handle: 'seller' });
    const challenge = JSON.stringify({ amount: '0.05', currency: 'USD', destination: 'seller', nonce: 'order-1' });
    const encoded = Buffer.from(challenge).toString('base64');
    const asked = ['x402', 'resolve', '--agent', 'buyer', '--max-credits', '0.05'];
    const resolved = await well(bursar(...asked, encoded));
    expect([valueOf(resolved, 'amount'), valueOf(resolved, 'header')]).toEqual(['0.05 USD', 'X-Payment']);
    expect(await well(bursar(...asked, challenge))).toMatchObject({ out: resolved.out });
    const token = valueOf(resolved, 'value')!;
    expect(await bursar('x402', 'redeem', token, '0.05')).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('not taken from the command line'),
    });
    const settled = await well(bursar('x402', 'settlement', valueOf(resolved, 'payment')!));
    expect([valueOf(settled, 'state'), valueOf(settled, 'amount')]).toEqual(['held', '50000 units of USD']);
    const dearer = await bursar(
      ...asked.slice(0, -1),
      '0.01',
      JSON.stringify({ ...JSON.parse(challenge), nonce: '2' }),
    );
    expect(dearer).toMatchObject({ code: EXIT.declined, err: expect.stringContaining('budget_exceeded') });
  });
});

describe('bursar receipt list and events list', () => {
  it('D7: show what there is: refusals have receipts too', async () => {
    const { bursar, client } = await atTerminal();
    await client.agents.create({ handle: 'worker', per_tx_limit: '0.10' });
    await client.payments.pay({ agent_id: 'worker', service: 'search', amount: '0.05' });
    expect(await bursar('pay', 'service:search', '0.20', '--agent', 'worker')).toMatchObject({ code: EXIT.declined });
    const events = await well(bursar('events', 'list'));
    expect(events.out).toMatch(/ payment\.transferred .*worker → service:search {2}0\.05 USD {2}pay_/);
    expect(events.out).toMatch(/ payment\.declined .*per_payment_limit_exceeded/);
    // Receipts are listed from the read models, which follow a moment later.
    let receipts = '';
    for (let turn = 0; turn < 100 && !receipts.includes('declined'); turn += 1) {
      receipts = (await well(bursar('receipt', 'list', '--agent', 'worker'))).out;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(receipts).toMatch(/^rcpt_\w+ +declined +worker +service search +0\.2 .*per_payment_limit_exceeded$/m);
  });
});

describe('bursar discover', () => {
  it('C4: lists and finds what was paid for, of one payee, and says when there is nothing', async () => {
    const market = await openMarket(world);
    const bursar = commandLine(world.instance.url, market.buyer.token);
    const payTo = `${market.org}/seller`;
    // What others sell is listed too: the catalogue is the deployment's.
    const of = (payee: string) => ['--pay-to', payee];
    expect((await well(bursar('discover', 'list', ...of(payTo)))).out).toBe('None.');
    expect((await well(bursar('discover', 'search', 'weather', 'city', ...of(payTo)))).out).toBe('None.');

    const url = 'https://seller.example/weather';
    const resolved = await market.x402.resolve(market.buyer.token, challengeV2({ payTo }, { resource: { url } }));
    const about = { url, description: 'Weather of a city' };
    const body = declaredBody(resolved.json['payment_token'], { payTo }, about);
    expect((await market.x402.settle(market.seller.token, body)).json).toMatchObject({ success: true });

    const row = new RegExp(`^${url} +http +${payTo} +50000 +exact +ledger:main .*Weather of a city$`, 'm');
    const listed = async () => (await well(bursar('discover', 'list', ...of(payTo)))).out;
    expect(await eventually(listed, (text) => text !== 'None.')).toMatch(row);
    expect((await well(bursar('discover', 'search', 'weather', 'city', ...of(payTo)))).out).toMatch(row);
    expect((await well(bursar('discover', 'list', ...of(`${market.org}/buyer`)))).out).toBe('None.');
  });
});

describe('a command line that cannot be taken', () => {
  it.each([
    ['agent create', 'handle'],
    ['agent set worker --limits [', '--limits'],
    ['agent set worker --lists @/nowhere/lists.json', '/nowhere/lists.json'],
    ['session open', '--budget'],
    ['session open --budget 1 --expires-in soon', '--expires-in'],
    ['session list --limit none', '--limit'],
    ['payment capture', 'payment'],
    ['policy show first', 'version'],
    ['policy simulate /nowhere/draft.json --from 2026-01-01', 'file'],
    ['org set --foreign-payments perhaps', '--foreign-payments'],
    ['watch --interval 0', '--interval'],
    ['export everything', 'what'],
    ['export events --agent worker', '--agent'],
    ['export payments --by day', '--by'],
    ['discover list --type ftp', '--type'],
    ['x402 redeem token 1', 'token'],
  ])('%s: ends with 2 and names %s', async (line, named) => {
    const ran = await commandLine(world.instance.url, 'key')(...line.split(' '));
    expect([ran.code, ran.out]).toEqual([EXIT.usage, '']);
    expect(ran.err).toContain(named);
  });
});
