import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { commandLine, valueOf } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

/** A writer that asks and a planner that is asked, each at a terminal with its own token. */
async function twoTerminals() {
  const { client, token } = await world.organizations.open();
  const at = async (handle: string) => {
    const { token: own } = await client.agents.create({ handle, spending_cap: { amount: '1.00' } });
    return commandLine(world.instance.url, own!);
  };
  return {
    client,
    admin: commandLine(world.instance.url, token),
    writer: await at('writer'),
    planner: await at('planner'),
  };
}

describe('bursar request', () => {
  it('C1: asks for money and pays it once, and both see what became of it', async () => {
    const { writer, planner, client } = await twoTerminals();
    const about = ['--memo', 'three papers', '--category', 'text', '--label', 'order 17', '--expires-in', '3600'];
    const opened = await writer('request', 'open', 'planner', '0.40', ...about);
    expect(opened).toMatchObject({ code: EXIT.done, err: '' });
    const id = valueOf(opened, 'request')!;
    expect(id).toMatch(/^req_[0-9a-f]{32}$/);
    const seen = await planner('request', 'get', id);
    expect(['status', 'amount', 'asks', 'is asked', 'memo', 'category'].map((name) => valueOf(seen, name))).toEqual([
      'open',
      '0.4 USD',
      'writer',
      'planner',
      'three papers',
      'text',
    ]);

    const paid = await planner('request', 'pay', id, '--label', 'goal=7');
    expect([paid.code, valueOf(paid, 'status'), valueOf(paid, 'amount')]).toEqual([EXIT.done, 'captured', '0.4 USD']);
    const payment = valueOf(paid, 'payment');
    const again = await planner('request', 'pay', id);
    expect([again.code, again.err]).toEqual([EXIT.declined, expect.stringContaining('payment_request_paid')]);
    const ended = await writer('request', 'get', id);
    expect([valueOf(ended, 'status'), valueOf(ended, 'payment')]).toEqual(['paid', payment]);
    expect(await client.payments.get(payment!)).toMatchObject({ labels: { label: 'goal=7' }, request_id: id });
  });

  it('C1: takes one request for one key, however often the command is run', async () => {
    const { writer } = await twoTerminals();
    const line = ['request', 'open', 'planner', '0.10', '--idempotency-key', 'once', '--json'];
    const [first, again] = [await writer(...line), await writer(...line)];
    expect(again).toEqual(first);
    expect(JSON.parse(first.out)).toMatchObject({ status: 'open', amount: '0.1' });
  });

  it('is cancelled by who asks and declined by who is asked, and lists them', async () => {
    const { writer, planner, admin } = await twoTerminals();
    const ids: string[] = [];
    for (const amount of ['0.10', '0.20', '0.30'])
      ids.push(valueOf(await writer('request', 'open', 'planner', amount), 'request')!);
    const [open, taken, turned] = ids;
    expect(valueOf(await writer('request', 'cancel', taken!), 'status')).toBe('cancelled');
    expect(valueOf(await planner('request', 'decline', turned!), 'status')).toBe('declined');
    expect(await planner('request', 'pay', taken!)).toMatchObject({ code: EXIT.declined });
    expect(await planner('request', 'cancel', open!)).toMatchObject({ code: EXIT.declined });

    // Lists are of the read models, which follow a moment later.
    const listed = async (...options: string[]) => (await planner('request', 'list', '--as', 'payer', ...options)).out;
    for (let turn = 0; turn < 100 && !/declined/.test(await listed()); turn++) await delay(50);
    const lines = (await listed()).split('\n');
    expect(lines[0]).toMatch(/^request +status +asks +is asked +amount/);
    expect(lines[1]).toMatch(new RegExp(`^${open} +open +writer +planner +0\\.1 +USD`));
    expect(lines).toHaveLength(4);
    expect((await listed('--status', 'declined')).split('\n').slice(1)).toEqual([expect.stringContaining(turned!)]);
    expect((await listed('--limit', '1')).split('\n')).toHaveLength(2);
    const all = JSON.parse((await admin('request', 'list', '--agent', 'writer', '--json')).out) as object;
    expect(all).toMatchObject({ payment_requests: [{ request_id: open }, {}, {}] });
  });

  it('D15: goes between two orgs, where each names the other’s', async () => {
    const [here, there] = [await twoTerminals(), await twoTerminals()];
    const orgOf = async ({ client }: typeof here) => (await client.organization.get()).org_id;
    const asked = await here.writer('request', 'open', 'planner', '0.25', '--payer-org', await orgOf(there));
    const id = valueOf(asked, 'request')!;
    const from = ['--payee-org', await orgOf(here)];
    expect(valueOf(await there.planner('request', 'get', id, ...from), 'asks')).toBe(`${from[1]}/writer`);
    expect(valueOf(await there.planner('request', 'pay', id, ...from), 'status')).toBe('captured');
    const second = valueOf(
      await here.writer('request', 'open', 'planner', '0.25', '--payer-org', await orgOf(there)),
      'request',
    )!;
    expect(valueOf(await there.planner('request', 'decline', second, ...from), 'status')).toBe('declined');
  });

  it('of a command line that cannot be read ends with 2', async () => {
    const bursar = commandLine(world.instance.url, 'key');
    for (const line of [
      'open planner',
      'open planner 1 --expires-in soon',
      'list --as friend',
      'list --limit 0',
      'pay',
    ])
      expect([line, (await bursar('request', ...line.split(' '))).code]).toEqual([line, EXIT.usage]);
  });
});
