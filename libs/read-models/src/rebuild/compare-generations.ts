import type pg from 'pg';
import { TABLE_NAMES, tableOf, type TableName } from '../schema/generation-tables.js';

export interface GenerationDifference {
  table: TableName;
  /** Rows that stand in one of the two and not in the other. */
  rows: number;
}

/** Compares two generations that stand at the same positions, row by row and column by column. */
export async function compareGenerations(
  client: pg.ClientBase,
  one: number,
  other: number,
): Promise<GenerationDifference[]> {
  const differences: GenerationDifference[] = [];
  for (const table of TABLE_NAMES) {
    const [left, right] = [tableOf(table, one), tableOf(table, other)];
    const { rows } = await client.query<{ rows: string }>(`
      select count(*) as rows from (
        (table ${left} except all table ${right}) union all (table ${right} except all table ${left})
      ) as different`);
    const count = Number(rows[0]?.rows);
    if (count > 0) differences.push({ table, rows: count });
  }
  return differences;
}
