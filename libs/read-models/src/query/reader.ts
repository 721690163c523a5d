import type pg from 'pg';

/** What a reader meets where a rebuild has just dropped the tables that it had looked up. */
const TABLE_WENT_AWAY = new Set(['42P01', 'XX000']);

/** Asks once more where the tables were swapped under the question. */
export async function ask<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    return (await pool.query<Row>(text, [...values])).rows;
  } catch (error) {
    if (!TABLE_WENT_AWAY.has((error as { code?: string }).code ?? '')) throw error;
    return (await pool.query<Row>(text, [...values])).rows;
  }
}
