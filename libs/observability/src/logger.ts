import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * One JSON line per entry on standard output, with the service's name.
 * Secrets are named here once, so that no caller has to remember to leave them out.
 */
export function createLogger(options: { service: string; level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      base: { service: options.service, pid: process.pid },
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, censor: '[redacted]' },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

const secretFields = ['authorization', 'token', 'session_token', 'admin_key', 'api_key', 'password', 'secret', 'seed'];
const secretPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.headers.${field}`]);
