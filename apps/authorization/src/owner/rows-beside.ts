import type { BookEvent, Command } from '#domain';
import type { AppendRecord } from '#event-log';

const PAUSE_MS = 10_000;

/**
 * Whether rows beside the log go with the events that they belong to (decision 087). They are no truth of the ledger, and money never waits
 * for them: after an append with such rows has failed, unless for another reason that is known, the next ones are without, and whoever sent a row writes it.
 */
export class RowsBeside {
  #again_at = 0;

  constructor(private readonly alarm: (message: string, error: unknown) => void) {}

  areKept(now: number): boolean {
    return now >= this.#again_at;
  }

  /** An append of these records has failed, and nothing else is known to be the reason. */
  failed(error: unknown, records: readonly AppendRecord[], now: number): void {
    if (!records.some(({ beside }) => beside !== undefined)) return;
    this.#again_at = now + PAUSE_MS;
    this.alarm('an append with rows beside the log failed, and for a while they are left out', error);
  }
}

/** In characters: rows that would make an append longer are left out too. */
export const BESIDE_MAXIMUM = 1_000_000;

/** How long a row makes its append, in characters. */
export function lengthOf(row: NonNullable<AppendRecord['beside']>): number {
  return row.kind === 'call' ? row.request.length : row.answer.length;
}

/** The row of the command that belongs beside its event: of a call with a hold that is dispatched, of an answer with an end. */
export function rowBeside({ beside, org }: Command, event: BookEvent): AppendRecord['beside'] {
  if (beside === undefined) return undefined;
  if (beside.kind === 'call') {
    if (event.type !== 'payment.authorized' || event.unknown_at === undefined) return undefined;
    return { org, ...beside };
  }
  if (event.type !== 'payment.captured' && event.type !== 'payment.voided') return undefined;
  const { kind, answer, units } = beside;
  return units === undefined ? { kind, answer } : { kind, answer, units: BigInt(units) };
}
