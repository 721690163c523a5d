import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressesAnswerSchema, addressStepSchema, partitionOf } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';
import { EvmWallet, withHighS, withSmallV, type Token } from '../support/evm-wallet.js';
import type { Organization } from '../support/organizations.js';

const NETWORK = 'eip155:1651864179';
const TENTH = 100_000n;

let world: EndToEnd;
let token: Token;
beforeAll(async () => {
  world = await EndToEnd.begin();
  const { kinds } = (await world.call('GET', '/x402/supported', {})).json as {
    kinds: { network: string; extra: Record<string, string> }[];
  };
  const { asset, name, version } = kinds.find(({ network }) => network === NETWORK)!.extra;
  token = { chainId: 1_651_864_179n, asset: asset!, name: name!, version: version! };
}, 120_000);
afterAll(() => world?.end());

interface Party {
  agent_id: string;
  bearer: string;
  wallet: EvmWallet;
}

async function register(
  bearer: string,
  agent: string,
  wallet: EvmWallet,
  fields: object = {},
  headers: Record<string, string> = {},
) {
  const path = `/v1/agents/${agent}/addresses`;
  const { json } = await world.call('GET', path, { token: bearer });
  const text = String(json['text_to_sign']).replace('{address}', wallet.address);
  const body = { address: wallet.address, signature: wallet.signText(text), ...fields };
  return world.call('POST', path, { token: bearer, body, headers });
}

async function party({ client }: Organization, handle: string, rules: object = {}): Promise<Party> {
  const { agent_id, token: bearer } = await client.agents.create({ handle, ...rules });
  const wallet = new EvmWallet();
  expect((await register(bearer!, agent_id, wallet)).status).toBe(201);
  return { agent_id, bearer: bearer!, wallet };
}

/** An org with two agents, each of which has registered an address of its own. */
async function twoParties(rules: object = {}, options: { initial_amount?: bigint } = {}) {
  const organization = await world.organizations.open(options);
  const payer = await party(organization, 'planner', rules);
  const payee = await party(organization, 'writer');
  return { organization, payer, payee };
}

function callOf(payTo: string, payload: object, fields: object = {}) {
  const requirements = {
    scheme: 'exact',
    network: NETWORK,
    amount: TENTH.toString(),
    asset: token.asset,
    payTo,
    maxTimeoutSeconds: 60,
    extra: { name: token.name, version: token.version },
    ...fields,
  };
  const paymentPayload = { x402Version: 2, accepted: requirements, payload };
  return { x402Version: 2, paymentPayload, paymentRequirements: requirements };
}

const paid = (payer: Party, payee: Party, value = TENTH) => payer.wallet.authorize(token, payee.wallet.address, value);
const ask = (call: 'verify' | 'settle', bearer: string, body: object, headers: Record<string, string> = {}) =>
  world.call('POST', `/x402/${call}`, { token: bearer, body, headers });

describe('An EVM wallet that spends a ledger balance', () => {
  it('is told in /supported what it signs for: one token of a private network, for v2', async () => {
    const { kinds, signers } = (await world.call('GET', '/x402/supported', {})).json as {
      kinds: { network: string }[];
      signers: object;
    };
    expect(kinds.filter(({ network }) => network === NETWORK)).toEqual([
      {
        x402Version: 2,
        scheme: 'exact',
        network: NETWORK,
        extra: {
          asset: expect.stringMatching(/^0x[0-9a-f]{40}$/),
          symbol: 'USD',
          decimals: 6,
          name: 'Bursar USD',
          version: '1',
        },
      },
    ]);
    expect(kinds.filter(({ network }) => network.startsWith('ledger:'))).toHaveLength(4);
    expect(signers).toEqual({});
  });

  it('C5 D1: pays once what it signed: verified, settled, and a duplicate names the first transaction', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    expect((await ask('verify', payee.bearer, body)).json).toEqual({ isValid: true, payer: payer.wallet.address });
    const settled = await ask('settle', payee.bearer, body);
    expect(settled).toMatchObject({
      status: 200,
      json: { success: true, network: NETWORK, payer: payer.wallet.address, amount: '100000' },
    });
    const transaction = String(settled.json['transaction']);
    expect(transaction).toMatch(/^0x[0-9a-f]{32}0{32}$/);
    const payment = await organization.client.payments.get(`pay_${transaction.slice(2, 34)}`);
    expect(payment).toMatchObject({
      status: 'captured',
      protocol: 'x402',
      amount_captured: '0.1',
      payer: { agent_id: payer.agent_id },
      payee: { agent_id: payee.agent_id },
    });
    for (const bearer of [payee.bearer, organization.token])
      expect((await ask('settle', bearer, body)).json).toMatchObject({
        success: false,
        errorReason: 'duplicate_settlement',
        transaction,
        network: NETWORK,
      });
    expect((await ask('verify', payee.bearer, body)).json).toMatchObject({
      isValid: false,
      invalidReason: 'duplicate_settlement',
    });
    expect(await organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0.1 });
  });

  it('C1: answers the same caller’s Idempotency-Key as before', async () => {
    const { payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const first = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-1' });
    expect(first.json).toMatchObject({ success: true });
    const again = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-1' });
    expect(again.text).toBe(first.text);
    const other = await ask('settle', payee.bearer, body, { 'idempotency-key': 'order-2' });
    expect(other.json).toMatchObject({ errorReason: 'duplicate_settlement', transaction: first.json['transaction'] });
  });

  it('C5: twenty copies at once make one payment', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('settle', payee.bearer, body)));
    const successes = answers.filter(({ json }) => json['success'] === true);
    expect(successes).toHaveLength(1);
    for (const { json } of answers) expect(json['transaction']).toBe(successes[0]!.json['transaction']);
    expect(await organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0.1 });
  });

  it('D15: pays an agent of another org, which asks for it with its own credential', async () => {
    const { organization, payer } = await twoParties();
    const abroad = await world.organizations.open({ partition: (partitionOf(organization.org) + 1) % 64 });
    const shop = await party(abroad, 'shop');
    const body = callOf(shop.wallet.address, paid(payer, shop));
    expect((await ask('settle', payer.bearer, body)).json).toMatchObject({ success: false, transaction: '' });
    const settled = await ask('settle', shop.bearer, body);
    expect(settled.json).toMatchObject({ success: true });
    expect((await ask('settle', abroad.token, body)).json).toMatchObject({
      errorReason: 'duplicate_settlement',
      transaction: settled.json['transaction'],
    });
    const id = `pay_${String(settled.json['transaction']).slice(2, 34)}`;
    expect(await organization.client.payments.get(id)).toMatchObject({
      payee: { payee_org: abroad.org, handle: shop.agent_id },
    });
  });

  it('F7: pays only whom it signed for: nobody else can ask for it', async () => {
    const { organization, payer, payee } = await twoParties();
    const body = callOf(payee.wallet.address, paid(payer, payee));
    const { agent_id: _id, token: third } = await organization.client.agents.create({ handle: 'third' });
    const stranger = await world.organizations.open();
    const finance = (await organization.client.keys.issue({ role: 'finance', name: 'f' })).token!;
    for (const [bearer, status] of [
      [payer.bearer, 403],
      [third!, 403],
      [finance, 403],
      [`${payee.bearer}x`, 401],
    ] as const) {
      const refused = await ask('settle', bearer, body);
      expect([refused.status, refused.json['success']]).toEqual([status, false]);
    }
    expect((await ask('settle', stranger.token, body)).json).toMatchObject({ success: false, transaction: '' });
    expect((await world.call('POST', '/x402/settle', { body })).status).toBe(401);
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({ success: true });
  });

  it('F1: stops paying the moment its address is removed or its agent is frozen or revoked', async () => {
    const { organization, payer, payee } = await twoParties();
    const call = () => callOf(payee.wallet.address, paid(payer, payee));
    const reasonOf = async (what: 'verify' | 'settle') => {
      const { json } = await ask(what, payee.bearer, call());
      return json['invalidReason'] ?? json['errorReason'];
    };
    await organization.client.agents.freeze('planner');
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual(['agent_frozen', 'agent_frozen']);
    await organization.client.agents.unfreeze('planner');
    const path = `/v1/agents/planner/addresses/${payer.wallet.address}`;
    expect((await world.call('DELETE', path, { token: payer.bearer })).status).toBe(200);
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual([
      'address_not_registered',
      'address_not_registered',
    ]);
    expect((await register(payer.bearer, 'planner', payer.wallet)).status).toBe(201);
    expect((await ask('verify', payee.bearer, call())).json).toMatchObject({ isValid: true });
    const { revocation_id } = await organization.client.agents.get('planner');
    await organization.client.agents.revoke(revocation_id!);
    expect([await reasonOf('verify'), await reasonOf('settle')]).toEqual(['agent_revoked', 'agent_revoked']);
  });

  it('A1 B2: obeys every cap and the wallet, says so before, and a refusal is recorded once', async () => {
    const { organization, payer, payee } = await twoParties({ spending_cap: { amount: '0.15' } });
    const over = callOf(payee.wallet.address, paid(payer, payee, 200_000n), { amount: '200000' });
    for (const what of ['verify', 'settle', 'settle', 'verify'] as const) {
      const { status, json } = await ask(what, payee.bearer, over);
      expect(status).toBe(200);
      expect(json['invalidReason'] ?? json['errorReason']).toBe('lifetime_cap_exceeded');
    }
    expect((await ask('settle', payee.bearer, callOf(payee.wallet.address, paid(payer, payee)))).json).toMatchObject({
      success: true,
    });
    const recorded = async () =>
      (await organization.client.payments.list({})).payments.map(({ status }) => status).toSorted();
    while (!(await recorded()).includes('captured')) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await recorded()).toEqual(['captured', 'declined']);
    const poor = await twoParties({}, { initial_amount: 50_000n });
    const unpaid = callOf(poor.payee.wallet.address, paid(poor.payer, poor.payee));
    expect((await ask('settle', poor.payee.bearer, unpaid)).json).toMatchObject({ errorReason: 'insufficient_funds' });
  });

  it('cannot wait for an approval: what would have to is refused at once', async () => {
    const { payer, payee } = await twoParties({ approval_above: { amount: '0.05' } });
    const body = callOf(payee.wallet.address, paid(payer, payee));
    expect((await ask('verify', payee.bearer, body)).json).toMatchObject({ invalidReason: 'approval_required' });
    expect((await ask('settle', payee.bearer, body)).json).toMatchObject({ errorReason: 'approval_required' });
  });
});

describe('What is signed wrongly', () => {
  const other = new EvmWallet();
  const seconds = () => BigInt(Math.floor(Date.now() / 1000));
  type Parties = Awaited<ReturnType<typeof twoParties>>;
  type Case = [string, string, (parties: Parties) => object];
  const to = ({ payee }: Parties) => payee.wallet.address;
  const signature = 'invalid_exact_evm_payload_signature';
  const cases: Case[] = [
    [
      'by another key',
      signature,
      (all) => callOf(to(all), other.authorize(token, to(all), TENTH, { from: all.payer.wallet.address })),
    ],
    [
      'for another chain',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, chainId: 8453n }, to(all), TENTH)),
    ],
    [
      'for another token',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, asset: other.address }, to(all), TENTH)),
    ],
    [
      'for a token of another name',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, name: 'USD Coin' }, to(all), TENTH)),
    ],
    [
      'to another recipient',
      'invalid_exact_evm_payload_recipient_mismatch',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, other.address, TENTH)),
    ],
    [
      'to a recipient who was exchanged',
      signature,
      (all) => {
        const signed = all.payer.wallet.authorize(token, other.address, TENTH);
        return callOf(to(all), { ...signed, authorization: { ...signed.authorization, to: to(all) } });
      },
    ],
    [
      'for another value',
      'invalid_exact_evm_payload_authorization_value_mismatch',
      (all) => callOf(to(all), paid(all.payer, all.payee, TENTH - 1n)),
    ],
    [
      'for a value that was raised',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        const authorization = { ...signed.authorization, value: '200000' };
        return callOf(to(all), { ...signed, authorization }, { amount: '200000' });
      },
    ],
    [
      'for later',
      'invalid_exact_evm_payload_authorization_valid_after',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validAfter: seconds() + 30n })),
    ],
    [
      'for earlier',
      'invalid_exact_evm_payload_authorization_valid_before',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validBefore: seconds() - 1n })),
    ],
    [
      'for longer than a day',
      'invalid_exact_evm_payload_authorization_valid_before',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validBefore: seconds() + 86_500n })),
    ],
    [
      'with the other s',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        return callOf(to(all), { ...signed, signature: withHighS(signed.signature) });
      },
    ],
    [
      'with v of 0 or 1',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        return callOf(to(all), { ...signed, signature: withSmallV(signed.signature) });
      },
    ],
    [
      'with another nonce than was signed',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        const authorization = { ...signed.authorization, nonce: `0x${'1'.repeat(64)}` };
        return callOf(to(all), { ...signed, authorization });
      },
    ],
    [
      'by the address of nobody',
      'address_not_registered',
      (all) => callOf(to(all), other.authorize(token, to(all), TENTH)),
    ],
    [
      'to the address of nobody',
      'payee_not_found',
      (all) => callOf(other.address, all.payer.wallet.authorize(token, other.address, TENTH)),
    ],
    [
      'to oneself',
      'payee_is_payer',
      (all) => {
        const { address } = all.payee.wallet;
        return callOf(address, all.payee.wallet.authorize(token, address, TENTH));
      },
    ],
    [
      'for escrow',
      'invalid_payment_requirements',
      (all) =>
        callOf(to(all), paid(all.payer, all.payee), {
          extra: { name: token.name, version: token.version, paymentFlow: 'escrow' },
        }),
    ],
    ['with nothing signed', 'invalid_payload', (all) => callOf(to(all), {})],
    [
      'under another name of the token in the requirements',
      'invalid_payment_requirements',
      (all) => callOf(to(all), paid(all.payer, all.payee), { extra: { name: 'USD Coin', version: '2' } }),
    ],
    [
      'for a token of others',
      'invalid_payment_requirements',
      (all) => callOf(to(all), paid(all.payer, all.payee), { asset: other.address }),
    ],
    [
      'for a real chain',
      'invalid_network',
      (all) => callOf(to(all), paid(all.payer, all.payee), { network: 'eip155:8453' }),
    ],
  ];
  let parties: Parties;
  beforeAll(async () => void (parties = await twoParties()));

  it.each(cases)(
    'C5 A12: %s is refused as %s, by /verify and /settle, and moves nothing',
    async (_what, reason, make) => {
      const body = make(parties);
      const verified = await ask('verify', parties.payee.bearer, body);
      expect([verified.json['isValid'], verified.json['invalidReason']]).toEqual([false, reason]);
      const settled = await ask('settle', parties.payee.bearer, body);
      expect(settled.json).toMatchObject({ success: false, errorReason: reason, transaction: '' });
      expect(await parties.organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0, held_usd: 0 });
    },
  );
});

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
