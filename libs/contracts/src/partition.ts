/** Books hash to this many virtual partitions; the number never changes, since positions are dense per partition (D2). */
export const PARTITION_COUNT = 64;

/**
 * The partition of an org's book: 32-bit FNV-1a over its id, the same as nats-server's `{{partition(64,n)}}`, so that
 * the INTENTS stream and the owners agree. Test vectors stand in `partition.unit.spec.ts`.
 */
export function partitionOf(org: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < org.length; index++) {
    hash ^= org.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % PARTITION_COUNT;
}
