import { PARTITION_COUNT } from '#contracts';
import type { IndexRows, LogStore } from '../store.js';
import { LogFaultFound, type LogFault } from './log-fault.js';
import { highestMarks } from './marks.js';
import { PartitionVerification, type VerifiedPartition } from './verify-partition.js';

export interface VerifyOptions {
  /** All where absent. */
  partitions?: readonly number[];
  /**
   * Also parses every event, checks that its bytes are the canonical ones, and that the index rows of keys, payments and addresses
   * are those that the events made, no more and no fewer. Several times slower.
   */
  deep?: boolean;
  onProgress?: (progress: VerifyProgress) => void;
}

export interface VerifyProgress {
  partition: number;
  position: number;
  head: number;
  /** Events verified so far, in all partitions. */
  events: number;
  /** Events that there are to verify, in all partitions. */
  events_total: number;
}

export interface VerifyReport {
  events: number;
  /** Partitions without a fault. */
  partitions: VerifiedPartition[];
  /** The first fault of each partition that has one. Empty: the log is whole. */
  faults: LogFault[];
}

/**
 * Verifies the log as it stands when the call begins, from the first event of each partition: hashes, order, book
 * sequences and times, checkpoints and watermarks. Says where the first altered, missing, reordered or inserted event is.
 */
export async function verifyLog(log: LogStore, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { deep = false } = options;
  const partitions = options.partitions ?? Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);
  // Marks before heads: a mark that is made while we read heads must not look like a log that was cut off.
  const marks = await highestMarks(log);
  const heads = new Map<number, number>();
  for (const partition of partitions) heads.set(partition, (await log.head(partition)).position);
  const events_total = [...heads.values()].reduce((sum, head) => sum + head, 0);

  const report: VerifyReport = { events: 0, partitions: [], faults: [] };
  for (const [partition, head] of heads) {
    const verification = new PartitionVerification(log, partition, marks.get(partition), deep);
    const before = report.events;
    try {
      const verified = await verification.run(head, (position) => {
        options.onProgress?.({ partition, position, head, events: before + position, events_total });
      });
      report.partitions.push(verified);
    } catch (error) {
      if (!(error instanceof LogFaultFound)) throw error;
      report.faults.push(error.fault);
    }
    report.events = before + verification.position;
  }
  if (deep) await countIndexRows(log, report);
  return report;
}

const NONE: IndexRows = { keys: 0, payments: 0, addresses: 0 };
const INDEXES = ['keys', 'payments', 'addresses'] as const;
const FAULT_OF_INDEX = { keys: 'key_index', payments: 'payment_index', addresses: 'address_index' } as const;

/** Rows that no event made stand nowhere in the log: they show only in the number of rows. */
async function countIndexRows(log: LogStore, report: VerifyReport): Promise<void> {
  const heads = new Map(report.partitions.map(({ partition, position }) => [partition, position]));
  const counts = await log.countIndexRows(heads);
  const whole: VerifiedPartition[] = [];
  for (const verified of report.partitions) {
    const { partition, index_rows = NONE } = verified;
    const found = counts.get(partition) ?? NONE;
    const kind = INDEXES.find((index) => found[index] !== index_rows[index]);
    if (kind) {
      const detail = `${found[kind]} rows stand in the index of ${kind}, the events made ${index_rows[kind]}`;
      report.faults.push({ partition, position: verified.position, kind: FAULT_OF_INDEX[kind], detail });
    } else whole.push(verified);
  }
  report.partitions = whole;
}
