import type pg from 'pg';
import { logPool, readerPool } from '../schema/connections.js';
import { readLag, type Lag } from './lag.js';
import { listPayments, type ListPaymentsQuery, type PaymentPage } from './list-payments.js';
import {
  listPaymentRequests,
  type ListPaymentRequestsQuery,
  type PaymentRequestPage,
} from './list-payment-requests.js';
import type { SpendReport, SpendReportQuery } from './report-query.js';
import { spendReport } from './spend-report.js';

export interface ReadModelsOptions {
  /** Database of the read models (`PROJECTION_DATABASE_URL`). */
  url: string;
  /** Database of the event log; the same where absent. Only its heads are read, to say how current an answer is. */
  log_url?: string;
  connections?: number;
  statement_timeout_ms?: number;
}

/** Questions that the read models answer. Connections of its own, read-only, under a statement timeout. */
export class ReadModels {
  private readonly views: pg.Pool;
  private readonly log: pg.Pool;

  constructor(options: ReadModelsOptions) {
    const statement_timeout_ms = options.statement_timeout_ms ?? 10_000;
    this.views = readerPool(options.url, { statement_timeout_ms, connections: options.connections ?? 6 });
    this.log = logPool(options.log_url ?? options.url, { statement_timeout_ms, connections: 2 });
  }

  /** Throws `ReadModelQueryError` where the question is at fault. */
  spendReport(query: SpendReportQuery): Promise<SpendReport> {
    return spendReport(this.views, query, (partition) => this.headOf(partition));
  }

  /** Throws `ReadModelQueryError` where the question is at fault. */
  listPayments(query: ListPaymentsQuery): Promise<PaymentPage> {
    return listPayments(this.views, query);
  }

  /** Throws `ReadModelQueryError` where the question is at fault. */
  listPaymentRequests(query: ListPaymentRequestsQuery): Promise<PaymentRequestPage> {
    return listPaymentRequests(this.views, query);
  }

  lag(): Promise<Lag> {
    return readLag(this.views, this.log);
  }

  async close(): Promise<void> {
    await Promise.all([this.views.end(), this.log.end()]);
  }

  private async headOf(partition: number): Promise<number> {
    const { rows } = await this.log.query<{ head: string | null }>(
      'select max(position) as head from bursar.event where partition = $1::smallint',
      [partition],
    );
    return Number(rows[0]?.head ?? 0);
  }
}
