import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { EvmWallet } from '../../../../test/support/evm-wallet.js';
import { commandLine, valueOf } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

describe('bursar address', () => {
  it('F7: gives an agent the address that signed the text which it shows, and takes it away again', async () => {
    const { client } = await world.organizations.open();
    const { token, agent_id } = await client.agents.create({ handle: 'planner' });
    const bursar = commandLine(world.instance.url, token!);
    const wallet = new EvmWallet();

    const before = await bursar('address', 'list', 'planner');
    expect(before).toMatchObject({ code: EXIT.done, err: '' });
    expect(before.out).not.toContain('0x');
    const text = before.out.slice(before.out.indexOf('I hold the key')).replace('{address}', wallet.address);
    const registered = await bursar('address', 'register', '@planner', wallet.address, wallet.signText(text));
    expect(['agent', 'address', 'status'].map((name) => valueOf(registered, name))).toEqual([
      agent_id,
      wallet.address,
      'registered',
    ]);
    expect(valueOf(await bursar('address', 'list', 'planner'), 'address')).toBe(wallet.address);

    const removed = await bursar('address', 'remove', 'planner', wallet.address);
    expect([removed.code, valueOf(removed, 'status')]).toEqual([EXIT.done, 'removed']);
    const after = await bursar('address', 'list', 'planner', '--json');
    expect(JSON.parse(after.out)).toMatchObject({ agent_id, addresses: [] });
  });

  it('F7: takes a signature that is good for a while by the time that was signed, and none of another text', async () => {
    const { client, token } = await world.organizations.open();
    await client.agents.create({ handle: 'planner' });
    const bursar = commandLine(world.instance.url, token);
    const wallet = new EvmWallet();
    const { text_to_sign } = await client.addresses.list('planner');
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const text = text_to_sign.replace('{address}', wallet.address);
    const signature = wallet.signText(`${text}\nExpires: ${expires}`);
    const line = ['address', 'register', 'planner', wallet.address, signature];
    const refused = await bursar(...line);
    expect([refused.code, refused.err]).toEqual([EXIT.refused, expect.stringContaining('address_signature_invalid')]);
    const keyed = [...line, '--expires', expires, '--idempotency-key', 'once'];
    const [first, again] = [await bursar(...keyed), await bursar(...keyed)];
    expect(first.code).toBe(EXIT.done);
    expect(again).toEqual(first);
  });
});

describe('addresses of the client', () => {
  it('C1: are registered, listed and removed, each once for its key', async () => {
    const { client } = await world.organizations.open();
    const { agent_id } = await client.agents.create({ handle: 'planner' });
    const wallet = new EvmWallet();
    const { address } = wallet;
    const { text_to_sign, addresses } = await client.addresses.list('planner');
    expect(addresses).toEqual([]);
    const signed = { address, signature: wallet.signText(text_to_sign.replace('{address}', address)) };
    const options = { idempotency_key: 'once' };
    const registered = await client.addresses.register('planner', signed, options);
    expect(registered).toMatchObject({ agent_id, address, status: 'registered' });
    expect(await client.addresses.register('planner', signed, options)).toEqual(registered);
    expect((await client.addresses.list(agent_id)).addresses).toEqual([address]);
    const gone = { idempotency_key: 'gone' };
    const removed = await client.addresses.remove('planner', address, gone);
    expect(removed).toMatchObject({ agent_id, address, status: 'removed' });
    expect(await client.addresses.remove('planner', address, gone)).toEqual(removed);
    expect((await client.addresses.list('planner')).addresses).toEqual([]);
  });
});
