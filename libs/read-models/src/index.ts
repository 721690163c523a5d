export { assertReadModels, migrateReadModels, ReadModelsNotMigrated } from './schema/migrate.js';
export { MODEL_VERSION } from './schema/model-version.js';
export { LiveProjection, type Advance, type LiveProjectionOptions } from './project/live-projection.js';
export {
  RebuildInProgress,
  rebuildReadModels,
  type RebuildOptions,
  type RebuildProgress,
  type RebuildResult,
} from './rebuild/rebuild.js';
export { ReadModels, type ReadModelsOptions } from './query/read-models.js';
export { ReadModelQueryError, type QueryFault } from './query/query-errors.js';
export {
  REPORT_DIMENSIONS,
  type ReportDimension,
  type ReportFigures,
  type ReportRow,
  type SpendReport,
  type SpendReportQuery,
} from './query/report-query.js';
export type { ListPaymentsQuery, PaymentItem, PaymentPage } from './query/list-payments.js';
export type {
  ListPaymentRequestsQuery,
  PaymentRequestItem,
  PaymentRequestPage,
} from './query/list-payment-requests.js';
export type { PaymentStatus } from './fold/payment-change.js';
export type { Lag } from './query/lag.js';
export { dumpReadModels } from './check/dump.js';
export {
  compareViewsWithLog,
  type CompareOptions,
  type Mismatch,
  type ViewComparison,
} from './check/compare-views-with-log.js';
