import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/**
 * Lets Nest write through pino. Nest passes the context (a class name) as the last text parameter, an error's
 * stack before it, and since version 12 objects as structured fields.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.logger.info(...entryOf(message, parameters));
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.logger.error(...entryOf(message, parameters));
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.logger.warn(...entryOf(message, parameters));
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.logger.debug(...entryOf(message, parameters));
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.logger.trace(...entryOf(message, parameters));
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.logger.fatal(...entryOf(message, parameters));
  }
}

function entryOf(message: unknown, parameters: unknown[]): [fields: object, message: string] {
  const fields: Record<string, unknown> = {};
  const texts: string[] = [];
  for (const parameter of parameters) {
    if (parameter instanceof Error) fields['err'] = parameter;
    else if (typeof parameter === 'string') texts.push(parameter);
    else if (typeof parameter === 'object' && parameter !== null) Object.assign(fields, parameter);
  }
  const context = texts.pop();
  if (context !== undefined) fields['context'] = context;
  if (texts.length > 0) fields['stack'] = texts.join('\n');
  if (message instanceof Error) return [{ err: message, ...fields }, message.message];
  if (typeof message === 'string') return [fields, message];
  return [{ ...(message as object), ...fields }, ''];
}
