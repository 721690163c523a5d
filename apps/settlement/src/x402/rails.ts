import { ASSETS, type Asset } from '#domain';
import { hash } from 'node:crypto';
import type { Rail, TokenName } from '#x402';

/** The ledger's own network: every asset by its currency, no chain. */
export function ledgerRail(deployment: string): Rail {
  const names = Object.keys(ASSETS) as Asset[];
  return {
    network: `ledger:${deployment}`,
    schemes: ['exact', 'upto'],
    assets: names.map((asset) => ({ name: asset, asset })),
  };
}

const TOKEN = { name: 'Bursar USD', version: '1' } as const;

/** What EVM wallets sign for: a private network, on which a token of this deployment's own stands for the ledger's USD. */
export function evmRail(deployment: string, chainId: number): Rail {
  return { network: `eip155:${chainId}`, versions: [2], ...tokenOf(deployment, TOKEN) };
}

/**
 * The same under a name that clients of v1 know, who then sign for that network's chain id. The token's address is no contract there,
 * so what they sign can move nothing on it.
 */
export function evmRailOfV1(
  deployment: string,
  { network, chain_id }: { readonly network: string; readonly chain_id: number },
): Rail {
  return { network, versions: [1], ...tokenOf(deployment, { ...TOKEN, chain_id: BigInt(chain_id) }) };
}

function tokenOf(deployment: string, token: TokenName): Pick<Rail, 'schemes' | 'assets'> {
  const address = `0x${hash('sha256', `bursar token USD of ${deployment}`, 'hex').slice(0, 40)}`;
  return { schemes: ['exact'], assets: [{ name: address, asset: 'USD', token }] };
}
