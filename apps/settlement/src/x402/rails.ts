import { ASSETS, type Asset } from '#domain';
import type { Rail } from '#x402';

/** The ledger's own network: every asset by its currency, no chain. */
export function ledgerRail(deployment: string): Rail {
  const names = Object.keys(ASSETS) as Asset[];
  return {
    network: `ledger:${deployment}`,
    schemes: ['exact', 'upto'],
    assets: names.map((asset) => ({ name: asset, asset })),
  };
}
