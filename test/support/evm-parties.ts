import type { EndToEnd } from './end-to-end.js';
import { EvmWallet, type Token } from './evm-wallet.js';
import type { Organization } from './organizations.js';

export const NETWORK = 'eip155:1651864179';
export const TENTH = 100_000n;

/** The one token of the private network, as `/supported` tells wallets of it. */
export async function tokenOf(world: EndToEnd): Promise<Token> {
  const { kinds } = (await world.call('GET', '/x402/supported', {})).json as {
    kinds: { network: string; extra: Record<string, string> }[];
  };
  const { asset, name, version } = kinds.find(({ network }) => network === NETWORK)!.extra;
  return { chainId: 1_651_864_179n, asset: asset!, name: name!, version: version! };
}

export interface Party {
  agent_id: string;
  bearer: string;
  wallet: EvmWallet;
}

/** Agents that have wallets, and what they send; `begun` gives what is there once the tests have begun. */
export function evmParties(begun: () => { world: EndToEnd; token: Token }) {
  async function register(
    bearer: string,
    agent: string,
    wallet: EvmWallet,
    fields: object = {},
    headers: Record<string, string> = {},
  ) {
    const { world } = begun();
    const path = `/v1/agents/${agent}/addresses`;
    const { json } = await world.call('GET', path, { token: bearer });
    const text = String(json['text_to_sign']).replace('{address}', wallet.address);
    const body = { address: wallet.address, signature: wallet.signText(text), ...fields };
    return world.call('POST', path, { token: bearer, body, headers });
  }

  async function party({ client }: Organization, handle: string, rules: object = {}): Promise<Party> {
    const { agent_id, token: bearer } = await client.agents.create({ handle, ...rules });
    const wallet = new EvmWallet();
    const { status, text } = await register(bearer!, agent_id, wallet);
    if (status !== 201) throw new Error(text);
    return { agent_id, bearer: bearer!, wallet };
  }

  /** An org with two agents, each of which has registered an address of its own. */
  async function twoParties(rules: object = {}, options: { initial_amount?: bigint } = {}) {
    const organization = await begun().world.organizations.open(options);
    const payer = await party(organization, 'planner', rules);
    const payee = await party(organization, 'writer');
    return { organization, payer, payee };
  }

  function callOf(payTo: string, payload: object, fields: object = {}) {
    const { asset, name, version } = begun().token;
    const requirements = {
      scheme: 'exact',
      network: NETWORK,
      amount: TENTH.toString(),
      asset,
      payTo,
      maxTimeoutSeconds: 60,
      extra: { name, version },
      ...fields,
    };
    const paymentPayload = { x402Version: 2, accepted: requirements, payload };
    return { x402Version: 2, paymentPayload, paymentRequirements: requirements };
  }

  const paid = (payer: Party, payee: Party, value = TENTH) =>
    payer.wallet.authorize(begun().token, payee.wallet.address, value);
  const ask = (call: 'verify' | 'settle', bearer: string, body: object, headers: Record<string, string> = {}) =>
    begun().world.call('POST', `/x402/${call}`, { token: bearer, body, headers });

  return { register, party, twoParties, callOf, paid, ask };
}
