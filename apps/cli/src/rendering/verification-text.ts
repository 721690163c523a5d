import { fields } from './table.js';

/** What the verification of the log answers. */
export interface Verification {
  events: number;
  /** Partitions that hold events and have no fault. */
  partitions: number;
  faults: LogFault[];
}

interface LogFault {
  partition: number;
  position: number;
  kind: string;
  detail: string;
  /** The bytes that stand at this position, as text. */
  event?: string;
}

export function verificationText(verification: Verification): string {
  const { events, partitions, faults } = verification;
  if (faults.length === 0) return `The log is whole: ${events} events in ${count(partitions)}.`;
  const shown = faults.map((fault) =>
    fields([
      ['first bad event', `${fault.partition}:${fault.position}`],
      ['what is wrong', `${fault.kind}: ${fault.detail}`],
      ['what stands there', fault.event ?? 'nothing'],
    ]),
  );
  return [`The log is NOT whole: a fault in ${count(faults.length)}.`, ...shown].join('\n\n');
}

function count(partitions: number): string {
  return partitions === 1 ? 'one partition' : `${partitions} partitions`;
}
