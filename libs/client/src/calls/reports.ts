import type { SpendReport, SpendRow } from '../answers/index.js';
import type { ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { SpendReportQuery } from '../requests/index.js';

export class ReportCalls {
  constructor(private readonly http: HttpCaller) {}

  /** One page of spend per dimension; `position` says up to where of the log it holds. */
  spend(query: SpendReportQuery = {}, options?: ReadOptions): Promise<SpendReport> {
    return this.http.get('/v1/reports/spend', { ...query }, options);
  }

  /** All rows of all pages. */
  async *eachSpend(query: SpendReportQuery, options?: ReadOptions): AsyncGenerator<SpendRow, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.spend({ ...query, cursor }, options);
      yield* page.rows;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
