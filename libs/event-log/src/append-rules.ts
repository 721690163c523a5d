import { AppendRefusedError } from './errors.js';
import type { AppendRecord } from './store.js';

const HEX_ID = /^(?:[a-z]+_)?([0-9a-f]{32})$/;

/** The 32 hex digits of an id such as `pay_<32 hex digits>`; undefined where it has not this shape. */
export function hexOfId(id: string): string | undefined {
  return HEX_ID.exec(id)?.[1];
}

/** @throws AppendRefusedError where the payment id has not 32 hex digits. */
export function paymentHex(record: AppendRecord): string {
  const hex = hexOfId(record.payment_id!);
  if (!hex) throw new AppendRefusedError('bad_record', `the payment id ${record.payment_id} has not 32 hex digits`);
  return hex;
}

/** @throws AppendRefusedError where the address is not `0x` and 40 lower-case hex digits. */
export function addressText({ address }: AppendRecord): string {
  const text = address!.address;
  if (!isAddress(text)) throw new AppendRefusedError('bad_record', `${text} is not an address`);
  return text;
}

/** Whether a text may stand in the index of addresses. */
export function isAddress(text: string): boolean {
  return /^0x[0-9a-f]{40}$/.test(text);
}

/**
 * Per partition the first position; the others must follow it without a gap.
 * @throws AppendRefusedError
 */
export function firstPositionsOf(records: readonly AppendRecord[]): Map<number, number> {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const { partition, position, hash } of records) {
    const before = last.get(partition);
    if (before === undefined) first.set(partition, position);
    else if (position !== before + 1) {
      throw new AppendRefusedError('gap', `position ${position} of partition ${partition} follows ${before}`);
    }
    if (hash.length !== 32) throw new AppendRefusedError('bad_record', `a hash has 32 bytes, not ${hash.length}`);
    last.set(partition, position);
  }
  return first;
}
