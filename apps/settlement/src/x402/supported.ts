import type { SettlementAnswer } from '#contracts';
import { ASSETS } from '#domain';
import type { Rail, RailAsset } from '#x402';
import type { SettlementParts } from '../ports.js';
import { done } from '../refused.js';

const EXTENSIONS = ['payment-identifier'];

/**
 * `GET /x402/supported`. A kind that a server has a route for must never be missing here, not for a moment: the published servers
 * end their process over it.
 */
export function supported({ rails }: SettlementParts): SettlementAnswer {
  const kinds = rails.flatMap((rail) =>
    rail.schemes.flatMap((scheme) =>
      [2, 1].map((x402Version) => ({ x402Version, scheme, network: rail.network, extra: extraOf(rail) })),
    ),
  );
  return done({ kinds, extensions: EXTENSIONS, signers: {} });
}

function extraOf({ assets }: Rail) {
  return { assets: assets.map(assetOf) };
}

function assetOf({ name, asset, token }: RailAsset) {
  return { asset: name, symbol: asset, decimals: ASSETS[asset].scale, ...token };
}
