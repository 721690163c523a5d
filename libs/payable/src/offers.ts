import { isJsonObject, type JsonObject } from '#contracts';
import { decimalPrice } from '#x402';
import type { SupportedKind } from './facilitator.js';
import { PaymentOffer } from './payment-offer.js';
import type { RouteTerms } from './route-terms.js';

/** What one request may be paid by, in all forms. */
export interface Offers {
  resource: JsonObject;
  /** v2, in the order of preference. */
  accepts: readonly JsonObject[];
  acceptsV1: readonly JsonObject[];
  /** What a payment in v1 may name besides: the ledger's network, which the packages of v1 do not know. */
  takenV1: readonly JsonObject[];
  /** For tokens of the older form; absent under `upto`, of which that form knows nothing. */
  legacy?: JsonObject;
  /** The scheme Payment, which knows no maximum either. */
  payment?: PaymentOffer;
}

/** The networks that the published packages of v1 know: one other in their list, and they throw it all away. */
const NETWORKS_OF_V1: ReadonlySet<string> = new Set([
  ...[
    'abstract',
    'abstract-testnet',
    'base',
    'base-sepolia',
    'avalanche',
    'avalanche-fuji',
    'iotex',
    'sei',
    'sei-testnet',
  ],
  ...['polygon', 'polygon-amoy', 'peaq', 'story', 'educhain', 'skale-base-sepolia'],
]);

/** Works out the offers from what Bursar settles. */
export function offersFor(terms: RouteTerms, kinds: readonly SupportedKind[], url: string, key: Buffer): Offers {
  const { description, mimeType } = terms;
  const named = kinds.filter(({ scheme }) => scheme === terms.scheme);
  const version = (wanted: 1 | 2) => named.filter(({ x402Version }) => x402Version === wanted);
  const v1 = version(1).flatMap((kind) => requirementV1(terms, kind, url));
  const known = v1.filter(({ network }) => NETWORKS_OF_V1.has(network as string));
  const ledger = version(2).find(({ network }) => network.startsWith('ledger:'));
  return {
    resource: { url, description, mimeType },
    accepts: version(2).flatMap((kind) => requirement(terms, kind)),
    // Where none is known to the packages of v1 they cannot pay anyway, and others may.
    acceptsV1: known.length > 0 ? known : v1,
    takenV1: v1,
    ...(terms.scheme === 'exact' && {
      legacy: {
        amount: decimalPrice(terms.price),
        currency: terms.price.asset,
        destination: terms.payTo,
        resource: url,
        ...(terms.flow === 'authorization' ? {} : { payment_flow: terms.flow }),
      },
      ...(ledger && { payment: new PaymentOffer(key, terms, ledger.network, url) }),
    }),
  };
}

function requirement(terms: RouteTerms, kind: SupportedKind): JsonObject[] {
  const party = partyOn(terms, kind);
  if (!party) return [];
  const { scheme, network } = kind;
  const { asset, payTo, extra } = party;
  return [
    { scheme, network, amount: terms.price.amount, asset, payTo, maxTimeoutSeconds: terms.timeout_seconds, extra },
  ];
}

function requirementV1(terms: RouteTerms, kind: SupportedKind, resource: string): JsonObject[] {
  const party = partyOn(terms, kind);
  if (!party) return [];
  const { scheme, network } = kind;
  const { description, mimeType, timeout_seconds: maxTimeoutSeconds } = terms;
  const { asset, payTo, extra } = party;
  const amounts = { maxAmountRequired: terms.price.amount, asset, payTo, maxTimeoutSeconds };
  return [{ scheme, network, resource, description, mimeType, ...amounts, extra }];
}

/** Who is paid on a network, and in what: undefined where the route cannot be paid there. */
function partyOn(
  terms: RouteTerms,
  kind: SupportedKind,
): { asset: string; payTo: string; extra: JsonObject } | undefined {
  const flow = terms.flow === 'authorization' ? {} : { paymentFlow: terms.flow };
  if (kind.network.startsWith('ledger:')) return { asset: terms.price.asset, payTo: terms.payTo, extra: flow };
  const { address, price } = terms;
  const token = tokensOf(kind).find(({ symbol }) => symbol === price.asset);
  // What a wallet signs is settled at once, and can be held for nobody.
  if (address === undefined || terms.flow === 'escrow' || typeof token?.['asset'] !== 'string') return undefined;
  const { asset, name, version } = token;
  return { asset, payTo: address, extra: { name, version, ...flow } };
}

/** The tokens that wallets sign for on a network: one stands in `extra` itself, as the packages have it. */
function tokensOf({ extra }: SupportedKind): JsonObject[] {
  const assets = extra?.['assets'];
  return Array.isArray(assets) ? assets.filter(isJsonObject) : [extra ?? {}];
}
