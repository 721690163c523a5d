import type { Generated } from 'kysely';

/** Tables of schema `bursar` that are reached through kysely; `int8` comes as a number. */
export interface EventLogTables {
  'bursar.checkpoint': { partition: number; position: number; hash: Buffer; made_at: Generated<Date> };
  'bursar.relay_watermark': { partition: number; position: number };
  'bursar.snapshot': {
    snapshot_id: Generated<number>;
    partition: number;
    position: number;
    fold_version: number;
    chain_hash: Buffer;
    state_hash: Buffer | null;
    complete: Generated<boolean>;
    made_at: Generated<Date>;
  };
  'bursar.snapshot_chunk': { snapshot_id: number; number: number; content: Buffer };
}
