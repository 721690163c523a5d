import type { SettlementAnswer } from '#contracts';
import { ASSETS } from '#domain';
import { BAZAAR, type Rail, type RailAsset } from '#x402';
import type { SettlementParts } from '../ports.js';
import { done } from '../refused.js';

const EXTENSIONS = ['payment-identifier', BAZAAR];

/**
 * `GET /x402/supported`. A kind that a server has a route for must never be missing here, not for a moment: the published servers
 * end their process over it. Nobody here signs transactions, so there are no signers.
 */
export function supported({ rails }: SettlementParts): SettlementAnswer {
  const kinds = rails.flatMap((rail) =>
    rail.schemes.flatMap((scheme) =>
      (rail.versions ?? [2, 1]).map((x402Version) => ({
        x402Version,
        scheme,
        network: rail.network,
        extra: extraOf(rail),
      })),
    ),
  );
  return done({ kinds, extensions: EXTENSIONS, signers: {} });
}

/** The one token of an EVM network stands in `extra` itself, as the published packages have it in requirements. */
function extraOf({ assets }: Rail) {
  const [token, ...others] = assets.map(assetOf);
  return token && 'version' in token && others.length === 0 ? token : { assets: assets.map(assetOf) };
}

function assetOf({ name, asset, token }: RailAsset) {
  const decimals = ASSETS[asset].scale;
  if (!token) return { asset: name, symbol: asset, decimals };
  return { asset: name, symbol: asset, decimals, name: token.name, version: token.version };
}
