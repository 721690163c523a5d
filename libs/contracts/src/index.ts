export * from './partition.js';
export * from './subjects.js';
export * from './headers.js';
export * from './wire.js';
export * from './http/index.js';
export {
  ERROR_CATALOGUE,
  errorOf,
  isErrorCode,
  statusOf,
  type CatalogueEntry,
  type EdgeCode,
  type ErrorCode,
  type ErrorStatus,
} from './errors.js';
export {
  declineFields,
  problemOfCode,
  problemOfDecline,
  type DeclineFields,
  type ProblemDocument,
} from './errors-problem.js';
export { errorsPage } from './errors-page.js';
