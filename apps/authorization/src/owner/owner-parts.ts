import type { DecideSettings } from '#domain';
import type { LogStore } from '#event-log';
import type { Clock, EventOutlet, IdSource, Scheduler } from '../ports.js';

export interface OwnerSettings extends DecideSettings {
  /** Most works of one cycle: bounds the latency that a burst adds. */
  cycle_works_maximum: number;
  /** Most works that may wait. */
  intake_maximum: number;
}

export interface OwnerParts {
  /** One run of one process; leases are taken in this name. */
  owner_name: string;
  log: LogStore;
  clock: Clock;
  scheduler: Scheduler;
  outlet: EventOutlet;
  ids: IdSource;
  settings: OwnerSettings;
  /** Told when partitions turn out to be another's. */
  lost(partitions: readonly number[]): void;
  /** Told the new epochs of partitions that stay mine after an append of unknown outcome. */
  epochsRaised(epochs: ReadonlyMap<number, number>): void;
  /** Told of what should never happen, for the log of the process. */
  alarm: (message: string, error: unknown) => void;
}
