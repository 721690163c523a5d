export { Health, type HealthCheck, type HealthReport } from './health.js';
export { createLogger, type Logger } from './logger.js';
export { type MaintenanceProgress, runMaintenance } from './maintenance.js';
export { Metrics } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { type ReadyMessage, reportReady } from './supervised.js';
export { formatTraceparent, nextTraceparent, parseTraceparent, type Traceparent } from './traceparent.js';
