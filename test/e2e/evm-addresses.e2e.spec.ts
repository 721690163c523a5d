import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressesAnswerSchema, addressStepSchema, partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { evmParties, NETWORK, tokenOf } from '../support/evm-parties.js';
import { EvmWallet, withHighS, type Token } from '../support/evm-wallet.js';

let world: EndToEnd;
let token: Token;
beforeAll(async () => {
  world = await EndToEnd.begin();
  token = await tokenOf(world);
}, 120_000);
afterAll(() => world?.end());

const { register, twoParties, callOf, paid, ask } = evmParties(() => ({ world, token }));

describe('An address', () => {
  it('D7: is registered by what its key signs, listed, and removed', async () => {
    const { client, token: admin } = await world.organizations.open();
    const { agent_id } = await client.agents.create({ handle: 'writer' });
    const wallet = new EvmWallet();
    const registered = await register(admin, '@writer', wallet);
    expect(registered.status).toBe(201);
    expect(addressStepSchema.parse(registered.json)).toMatchObject({
      agent_id,
      address: wallet.address,
      status: 'registered',
    });
    const listed = await world.call('GET', '/v1/agents/writer/addresses', { token: admin });
    expect(addressesAnswerSchema.parse(listed.json)).toMatchObject({ agent_id, addresses: [wallet.address] });
    expect(listed.json['text_to_sign']).toContain(agent_id);
    const upper = `0x${wallet.address.slice(2).toUpperCase()}`;
    const removed = await world.call('DELETE', `/v1/agents/writer/addresses/${upper}`, { token: admin });
    expect(addressStepSchema.parse(removed.json)).toMatchObject({ address: wallet.address, status: 'removed' });
    const gone = await world.call('DELETE', `/v1/agents/writer/addresses/${wallet.address}`, { token: admin });
    expect([gone.status, gone.json['code']]).toEqual([404, 'address_not_registered']);
  });

  it('C1: answers a repeated key as before, and another address under it is a conflict', async () => {
    const { client, token: admin } = await world.organizations.open();
    await client.agents.create({ handle: 'writer' });
    const wallet = new EvmWallet();
    const first = await register(admin, 'writer', wallet, {}, { 'idempotency-key': 'k' });
    expect((await register(admin, 'writer', wallet, { idempotency_key: 'k' })).text).toBe(first.text);
    const conflict = await register(admin, 'writer', new EvmWallet(), {}, { 'idempotency-key': 'k' });
    expect(conflict.json['code']).toBe('idempotency_key_conflict');
  });

  it('D16: is not registered by what another key, or for another agent, was signed, nor after its end', async () => {
    const { client, token: admin } = await world.organizations.open();
    await client.agents.create({ handle: 'writer' });
    await client.agents.create({ handle: 'other' });
    const wallet = new EvmWallet();
    const textFor = async (agent: string) => {
      const { json } = await world.call('GET', `/v1/agents/${agent}/addresses`, { token: admin });
      return String(json['text_to_sign']).replace('{address}', wallet.address);
    };
    const text = await textFor('writer');
    const past = '2026-01-01T00:00:00Z';
    const ahead = '2999-01-01T00:00:00Z';
    const wrong: object[] = [
      { signature: new EvmWallet().signText(text) },
      { signature: wallet.signText(await textFor('other')) },
      { signature: wallet.signText(`${text} `) },
      { signature: withHighS(wallet.signText(text)) },
      { signature: wallet.signText(text), expires: ahead },
      { signature: wallet.signText(`${text}\nExpires: ${past}`), expires: past },
      { signature: wallet.signText(`${text}\nExpires: ${ahead}`) },
    ];
    for (const fields of wrong) {
      const refused = await register(admin, 'writer', wallet, fields);
      expect([fields, refused.status, refused.json['code']]).toEqual([fields, 422, 'address_signature_invalid']);
    }
    const good = { signature: wallet.signText(`${text}\nExpires: ${ahead}`), expires: ahead };
    expect((await register(admin, 'writer', wallet, good)).status).toBe(201);
    for (const fields of [{ address: '0x1' }, { signature: '0x1' }, { expires: 'soon' }, { more: 1 }])
      expect((await register(admin, 'writer', wallet, fields)).json['code']).toBe('body_invalid');
  });

  it('F7: is managed by the agent, those above it and keys that orchestrate', async () => {
    const { client } = await world.organizations.open();
    const parent = await client.agents.create({ handle: 'parent' });
    const child = await client.agents.create({ handle: 'child', parent_agent_id: 'parent' });
    const stranger = await world.organizations.open();
    const finance = (await client.keys.issue({ role: 'finance', name: 'f' })).token!;
    const orchestrator = (await client.keys.issue({ role: 'orchestrator', name: 'o' })).token!;
    for (const bearer of [child.token!, parent.token!, orchestrator])
      expect((await register(bearer, child.agent_id, new EvmWallet())).status).toBe(201);
    expect((await register(finance, child.agent_id, new EvmWallet())).status).toBe(403);
    for (const bearer of [child.token!, stranger.token])
      expect((await register(bearer, parent.agent_id, new EvmWallet())).status).toBe(404);
    expect((await world.call('GET', '/v1/agents/child/addresses', {})).status).toBe(401);
  });

  it('C5: that another org registers later is paid there at once, and pays there a day later', async () => {
    const { organization, payer, payee } = await twoParties();
    const later = await world.organizations.open({ partition: (partitionOf(organization.org) + 1) % 64 });
    const { token: heir } = await later.client.agents.create({ handle: 'heir' });
    expect((await register(heir!, 'heir', payee.wallet)).status).toBe(201);
    const body = callOf(payee.wallet.address, paid(payer, payee));
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({ success: false });
    expect((await ask('settle', heir!, body)).json).toMatchObject({ success: true });
    const back = callOf(payer.wallet.address, paid(payee, payer));
    expect((await ask('settle', payer.bearer, back)).json).toMatchObject({
      success: false,
      errorReason: 'address_moved',
      transaction: '',
    });
  });

  it('is a payee of the ledger’s own network and of the older form too', async () => {
    const { organization, payer, payee } = await twoParties();
    const { kinds } = (await world.call('GET', '/x402/supported', {})).json as {
      kinds: { network: string }[];
    };
    const network = kinds.find((kind) => kind.network.startsWith('ledger:'))!.network;
    const upper = `0x${payee.wallet.address.slice(2).toUpperCase()}`;
    const accepted = {
      scheme: 'exact',
      network,
      amount: '50000',
      asset: 'USD',
      payTo: upper,
      maxTimeoutSeconds: 60,
    };
    const challenge = { x402Version: 2, resource: { url: 'https://writer.example/page' }, accepts: [accepted] };
    const legacy = { amount: '0.05', currency: 'USD', destination: payee.wallet.address, nonce: 'n-1' };
    for (const met of [challenge, legacy]) {
      const resolved = await world.call('POST', '/v1/payments/x402/resolve', {
        token: payer.bearer,
        body: { challenge: met },
      });
      expect(resolved.status).toBe(200);
      const { payment_id, payment_token } = resolved.json as Record<string, string>;
      expect(await organization.client.payments.get(payment_id!)).toMatchObject({
        payee: { agent_id: payee.agent_id },
      });
      const redeemed = await world.call('POST', '/v1/payments/x402/redeem', {
        token: payee.bearer,
        body: { payment_token, amount: '0.05' },
      });
      expect(redeemed.json).toMatchObject({ status: 'captured' });
    }
    const nobody = { ...legacy, destination: new EvmWallet().address, nonce: 'n-2' };
    const refused = await world.call('POST', '/v1/payments/x402/resolve', {
      token: payer.bearer,
      body: { challenge: nobody },
    });
    expect([refused.status, refused.json['code']]).toEqual([404, 'payee_not_found']);
  });

  it('lets an agent without a wallet pay on its network too, by a token, which is named as a transaction there', async () => {
    const { payer, payee } = await twoParties();
    const accepted = callOf(payee.wallet.address, {}).paymentRequirements;
    const challenge = { x402Version: 2, resource: { url: 'https://writer.example/page' }, accepts: [accepted] };
    const resolved = await world.call('POST', '/v1/payments/x402/resolve', {
      token: payer.bearer,
      body: { challenge },
    });
    const body = callOf(payee.wallet.address, { token: resolved.json['payment_token'] });
    const settled = await ask('settle', payee.bearer, body);
    expect(settled.json).toMatchObject({ success: true, network: NETWORK });
    const transaction = `0x${String(resolved.json['payment_id']).slice(4)}${'0'.repeat(32)}`;
    expect(settled.json['transaction']).toBe(transaction);
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({
      errorReason: 'duplicate_settlement',
      transaction,
    });
  });
});
