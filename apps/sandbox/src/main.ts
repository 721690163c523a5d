import { readConfig } from '#config';
import { createLogger, reportReady } from '#observability';
import { startSandbox } from './start-sandbox.js';

const config = readConfig('sandbox');
const { url, stop } = await startSandbox({
  host: config.sandboxHost,
  port: config.sandboxPort,
  latency_ms: config.sandboxLatencyMilliseconds,
  logger: createLogger({ service: 'sandbox', level: config.logLevel }),
});
reportReady(stop, { url });
