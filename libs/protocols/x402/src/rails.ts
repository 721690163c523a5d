import type { Asset } from '#domain';
import type { JsonObject } from '#contracts';

/** `exact`: a fixed amount. `upto`: at most this much, settled once, for what was used. */
export type Scheme = 'exact' | 'upto';

export const FLOWS = ['authorization', 'upfront', 'escrow'] as const;
/** What comes first: checking (`authorization`), moving the money (`upfront`), or holding it (`escrow`). */
export type PaymentFlow = (typeof FLOWS)[number];

export interface RailAsset {
  /** As it stands on the wire: a currency, or the address of a token. */
  name: string;
  asset: Asset;
  /** What a wallet signs for, where the asset is an address (EIP-712's domain). */
  token?: TokenName;
}

export interface TokenName {
  name: string;
  version: string;
  /** Absent: the network says it (`eip155:<id>`). */
  chain_id?: bigint;
}

/** A network on which this deployment settles, with all that is taken there. */
export interface Rail {
  network: string;
  /** The wire forms in which clients can name it; absent: both. */
  versions?: readonly (1 | 2)[];
  schemes: readonly Scheme[];
  assets: readonly RailAsset[];
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** An address of an EVM account, in whatever case its letters are. */
export function isEvmAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** Whether two texts name the same party or asset: addresses differ in the case of their letters only by a checksum. */
export function sameName(left: string, right: string): boolean {
  return left === right || (ADDRESS.test(left) && ADDRESS.test(right) && left.toLowerCase() === right.toLowerCase());
}

export function findRail(rails: readonly Rail[], network: unknown): Rail | undefined {
  return rails.find((rail) => rail.network === network);
}

export function findScheme(rail: Rail, scheme: unknown): Scheme | undefined {
  return rail.schemes.find((known) => known === scheme);
}

export function findAsset(rail: Rail, name: string): RailAsset | undefined {
  return rail.assets.find((known) => sameName(known.name, name));
}

/** The flow that `extra` asks for; undefined where it is one that nobody here knows. */
export function flowOf(extra: JsonObject | undefined): PaymentFlow | undefined {
  const flow = extra?.['paymentFlow'];
  return flow === undefined ? 'authorization' : FLOWS.find((known) => known === flow);
}
