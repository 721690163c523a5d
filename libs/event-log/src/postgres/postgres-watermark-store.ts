import { sql, type Kysely } from 'kysely';
import type { WatermarkStore } from '../checkpoints.js';
import type { EventLogTables } from './tables.js';

export class PostgresWatermarkStore implements WatermarkStore {
  constructor(private readonly database: Kysely<EventLogTables>) {}

  async advance(partition: number, position: number): Promise<void> {
    await this.database
      .insertInto('bursar.relay_watermark')
      .values({ partition, position })
      .onConflict((conflict) =>
        conflict
          .column('partition')
          .doUpdateSet({ position })
          .where('bursar.relay_watermark.position', '<', sql<number>`excluded.position`),
      )
      .execute();
  }

  async read(): Promise<Map<number, number>> {
    const rows = await this.database.selectFrom('bursar.relay_watermark').selectAll().execute();
    return new Map(rows.map((row) => [row.partition, row.position]));
  }
}
