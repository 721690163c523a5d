import { isPaymentEvent, isRequestEvent, type BookEvent } from '#domain';
import type { LogEntry } from '../log/log-entry.js';
import { DirectoryRows } from './directory-rows.js';
import { PaymentRows } from './payment-rows.js';
import { hexOf } from './identifiers.js';
import { DAY_MS, readPaymentChange } from './payment-change.js';
import { RequestRows } from './request-rows.js';
import { RollupGroup } from './rollup-group.js';

/** How an event that could not be taken in is counted. */
export const QUARANTINED = '(quarantined)';

const PAYMENT_TYPES: ReadonlySet<string> = new Set([
  'payment.authorized',
  'payment.transferred',
  'payment.pending_approval',
  'payment.approved',
  'payment.approval_refused',
  'payment.declined',
  'payment.dispatched',
  'payment.outcome_unknown',
  'payment.captured',
  'payment.capture_refused',
  'payment.extended',
  'payment.refund_refused',
  'payment.voided',
  'payment.expired',
  'payment.refunded',
]);

export interface BatchPosition {
  partition: number;
  /** Position before the batch's first entry of the partition. */
  from: number;
  to: number;
  /** Of the partition's last event that could be read, in milliseconds; undefined where none could. */
  event_time: number | undefined;
}

export interface QuarantinedEntry {
  partition: number;
  position: number;
  reason: string;
}

/**
 * What a run of log entries adds to the read models, summed up in memory; nothing here knows of tables. Entries come in order
 * of position inside each partition. However they are cut into batches, the sums of all batches are the same.
 */
export class Batch {
  readonly positions = new Map<number, BatchPosition>();
  readonly groups = new Map<string, RollupGroup>();
  readonly payments = new PaymentRows();
  readonly directory = new DirectoryRows();
  readonly requests = new RequestRows();
  readonly tallies = new Map<string, number>();
  readonly quarantined: QuarantinedEntry[] = [];
  private latestGroup: RollupGroup | undefined;

  static of(entries: readonly LogEntry[]): Batch {
    const batch = new Batch();
    for (const entry of entries) batch.add(entry);
    return batch;
  }

  /** Takes in nothing but that this entry cannot be: its place in the log, and why. */
  static quarantining(entry: LogEntry, reason: string): Batch {
    const batch = new Batch();
    batch.moveTo(entry);
    batch.quarantine(entry, reason);
    return batch;
  }

  get size(): number {
    let size = 0;
    for (const { from, to } of this.positions.values()) size += to - from;
    return size;
  }

  add(entry: LogEntry): void {
    const position = this.moveTo(entry);
    try {
      const event = JSON.parse(entry.payload) as BookEvent;
      if (event.version !== 1) throw new Error('the version of the event is not known');
      this.take(event, entry);
      position.event_time = event.time;
    } catch (error) {
      this.quarantine(entry, error instanceof Error ? error.message : String(error));
    }
  }

  /** Throws before it changes anything. */
  private take(event: BookEvent, entry: LogEntry): void {
    if (typeof event.type !== 'string' || !Number.isSafeInteger(event.time)) throw new Error('type or time is missing');
    if (isPaymentEvent(event)) {
      if (PAYMENT_TYPES.has(event.type)) {
        const change = readPaymentChange(event);
        this.payments.add(change, entry.partition, entry.position);
        this.group(change.org, change.day, event.asset).add(change);
      }
    } else if (isRequestEvent(event)) this.requests.add(event, entry.partition, entry.position);
    else if (event.type === 'clearing.credited')
      this.group(hexOf(event.org), Math.floor(event.time / DAY_MS), event.asset).addCredit(event);
    else if (event.type === 'clearing.refunded')
      // On the day on which it was earned, as other refunds are.
      this.group(hexOf(event.org), Math.floor(event.credited_at / DAY_MS), event.asset).addRefundOfCredit(event);
    else if (event.type === 'session.opened') this.directory.sessionOpened(event);
    else if (event.type === 'session.changed') this.directory.sessionChanged(event);
    else if (event.type === 'session.closed') this.directory.sessionClosed(event);
    else if (event.type === 'agent.registered') this.directory.agentRegistered(event);
    this.tallies.set(event.type, (this.tallies.get(event.type) ?? 0) + 1);
  }

  private group(org: string, day: number, asset: RollupGroup['asset']): RollupGroup {
    const latest = this.latestGroup;
    if (latest && latest.org === org && latest.day === day && latest.asset === asset) return latest;
    const key = `${org}|${day}|${asset}`;
    let group = this.groups.get(key);
    if (!group) this.groups.set(key, (group = new RollupGroup(org, day, asset)));
    this.latestGroup = group;
    return group;
  }

  private moveTo({ partition, position }: LogEntry): BatchPosition {
    const known = this.positions.get(partition);
    if (!known) {
      const started = { partition, from: position - 1, to: position, event_time: undefined };
      this.positions.set(partition, started);
      return started;
    }
    if (position !== known.to + 1) {
      throw new Error(`Position ${partition}:${position} does not follow ${partition}:${known.to}`);
    }
    known.to = position;
    return known;
  }

  private quarantine({ partition, position }: LogEntry, reason: string): void {
    // Parse errors quote the payload, which may hold what Postgres cannot store.
    this.quarantined.push({ partition, position, reason: reason.slice(0, 200).replace(/[^\x20-\x7e]/g, '?') });
    this.tallies.set(QUARANTINED, (this.tallies.get(QUARANTINED) ?? 0) + 1);
  }
}
