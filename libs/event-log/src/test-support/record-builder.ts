import { canonicalBytes } from '../canonical.js';
import { chainHash, genesisHash } from '../chain.js';
import type { AppendRecord, LogHead } from '../store.js';

/** Builds records that follow each other, from position 1 of each partition. */
export class RecordBuilder {
  readonly #heads = new Map<number, LogHead>();
  readonly #books = new Map<number, number>();

  constructor(private readonly org = 'org_00000000000070008000000000000001') {}

  head(partition: number): LogHead {
    return this.#heads.get(partition) ?? { position: 0, hash: genesisHash(partition) };
  }

  next(
    partition: number,
    fields: {
      key?: { scope: string; key: string };
      payment_id?: string;
      note?: string;
      address?: string;
      time?: number;
    } = {},
  ): AppendRecord {
    const before = this.head(partition);
    const sequence = (this.#books.get(partition) ?? 0) + 1;
    const { key, payment_id, note, address, time = 1_700_000_000_000 + sequence } = fields;
    const payload = canonicalBytes({
      version: 1,
      type: payment_id || key ? 'payment.authorized' : address ? 'agent.address_registered' : 'agent.frozen',
      org: `${this.org}${partition}`,
      by: 'owner',
      sequence,
      time,
      address,
      key: key?.key,
      payer: key && { agent_id: key.key.startsWith('§') ? 'agt_1' : key.scope },
      payment_id,
      labels: { note: note ?? 'a "sequence":1, in a label', sequence: 'x' },
    });
    const head = { position: before.position + 1, hash: chainHash(before.hash, payload) };
    this.#heads.set(partition, head);
    this.#books.set(partition, sequence);
    return { partition, ...head, payload, key, payment_id, ...(address ? { address: { address, time } } : {}) };
  }

  many(partition: number, count: number): AppendRecord[] {
    return Array.from({ length: count }, () => this.next(partition));
  }
}

export const paymentId = (number: number): string => `pay_${number.toString(16).padStart(32, '0')}`;
