import { createHash, hash } from 'node:crypto';

const HASH_BYTES = 32;

/** One-shot hashing of one contiguous piece measured 1.0 µs for 700 bytes, `createHash` with two updates 1.6 µs. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** The hash that stands before the first event of a partition. */
export function genesisHash(partition: number): Buffer {
  return createHash('sha256').update(`bursar:log:v1:${partition}`).digest();
}

/** SHA-256 over the hash of the event before it and this event's exact bytes (D8). */
export function chainHash(previous: Buffer, payload: Buffer): Buffer {
  const length = HASH_BYTES + payload.length;
  if (previous.length !== HASH_BYTES)
    throw new RangeError(`a chain hash has ${HASH_BYTES} bytes, not ${previous.length}`);
  if (length > scratch.length) return createHash('sha256').update(previous).update(payload).digest();
  previous.copy(scratch, 0);
  payload.copy(scratch, HASH_BYTES);
  return Buffer.from(hash('sha256', scratch.subarray(0, length), 'binary'), 'binary');
}
