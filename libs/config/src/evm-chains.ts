/**
 * Test networks by the names that x402 v1 has for them, with the chain ids for which its clients then sign. Money of the ledger never
 * goes by the name of a network on which something of value moves.
 */
export const V1_TEST_NETWORKS = {
  'base-sepolia': 84_532,
  'skale-base-sepolia': 324_705_682,
  'avalanche-fuji': 43_113,
  'polygon-amoy': 80_002,
  'sei-testnet': 1328,
  'abstract-testnet': 11_124,
} as const;

export type V1TestNetwork = keyof typeof V1_TEST_NETWORKS;

/** Chains that x402's packages know, and a few more of the greatest: a slip is noticed, a lie is not. */
export const KNOWN_CHAINS: ReadonlySet<number> = new Set([
  ...[1, 10, 56, 100, 137, 1301, 1329, 1514, 2741, 3338, 4689, 8453, 42_161, 42_220, 43_114, 59_144],
  ...[11_155_111, 41_923, 1_187_947_933],
  ...Object.values(V1_TEST_NETWORKS),
]);
