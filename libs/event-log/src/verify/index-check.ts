import type { IndexRows, LogStore } from '../store.js';
import { parseOutline, type EventOutline } from './event-outline.js';
import { LogFaultFound } from './log-fault.js';

export interface OutlinedEvent {
  position: number;
  outline: EventOutline;
}

/** Counts the index rows that events of one partition made, having looked each of them up. */
export class IndexCheck {
  readonly rows: IndexRows = { keys: 0, payments: 0, addresses: 0 };

  constructor(
    private readonly log: LogStore,
    private readonly partition: number,
  ) {}

  /** @throws LogFaultFound for the first event whose row is missing or points elsewhere. */
  async check(events: readonly OutlinedEvent[]): Promise<void> {
    const { partition } = this;
    const keyed = events.filter((event) => event.outline.key);
    const paid = events.filter((event) => event.outline.payment_id !== undefined);
    const addressed = events.filter((event) => event.outline.address !== undefined);
    const found = await this.log.lookUpIndex({
      keys: keyed.map(({ outline }) => ({ partition, ...outline.key! })),
      payments: paid.map(({ position, outline }) => ({ partition, position, payment_id: outline.payment_id! })),
      addresses: addressed.map(({ position, outline: { address, time } }) => ({
        partition,
        position,
        address: address!,
        time,
      })),
    });
    for (const [index, event] of keyed.entries()) {
      const position = found.keys[index];
      if (position === event.position) this.rows.keys++;
      else if (position === undefined) throw this.#fault('key_index', event.position, 'the row of its key is missing');
      else await this.#checkSharedKey(event.outline, event.position, position);
    }
    for (const [index, event] of paid.entries()) {
      if (!found.payments[index])
        throw this.#fault('payment_index', event.position, 'the row of its payment is missing');
    }
    this.rows.payments += paid.length;
    for (const [index, event] of addressed.entries()) {
      if (!found.addresses[index])
        throw this.#fault('address_index', event.position, 'the row of its address is missing');
    }
    this.rows.addresses += addressed.length;
  }

  /** A command may make several events with one key; the row points at one of them. */
  async #checkSharedKey({ key }: EventOutline, position: number, pointsAt: number): Promise<void> {
    const [event] = await this.log.read(this.partition, pointsAt - 1, pointsAt);
    const other = event && parseOutline(event.payload);
    if (other && 'key' in other && other.key?.key === key!.key && other.key.scope === key!.scope) return;
    throw this.#fault('key_index', position, `the row of its key points at ${pointsAt}, which has another key`);
  }

  #fault(kind: 'key_index' | 'payment_index' | 'address_index', position: number, detail: string): LogFaultFound {
    return new LogFaultFound({ partition: this.partition, position, kind, detail });
  }
}
