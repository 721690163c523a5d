import pg from 'pg';
import { RowsMissing } from '../write/rows-missing.js';

/** Somebody else has moved the checkpoint, or a rebuild has replaced the generation: load both anew. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Whether an error lies in the events themselves, so that the same batch fails every time: data that a column cannot hold,
 * a violated constraint, a change to something unknown. Everything else (connection, deadlock, timeout) is tried again.
 */
export function isFaultOfData(error: unknown): error is Error {
  if (error instanceof RowsMissing) return true;
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
}
