import { isObservable, lastValueFrom } from 'rxjs';
import type { BusMessage } from '../bus-message.js';
import { retryDelay } from '../batch-consumer.js';
import type { JetStreamHandlerOptions } from './handlers.js';

const DELIVERIES_MAXIMUM = 5;

/** Runs a handler for one message and disposes of the message by how that went. Never rejects. */
export async function settleMessage(
  message: BusMessage,
  options: JetStreamHandlerOptions,
  handle: (data: unknown) => unknown,
): Promise<void> {
  const maximum = options.deliveries_maximum ?? DELIVERIES_MAXIMUM;
  // A message that killed its process each time never came to an end of its own.
  if (message.deliveries > maximum) return message.deadLetter('too_many_deliveries', `Delivered ${maximum} times`);
  let data: unknown = message.data;
  if (options.format !== 'bytes') {
    try {
      data = JSON.parse(message.text());
    } catch (error) {
      return message.deadLetter('undecodable', (error as Error).message);
    }
  }
  try {
    await outcomeOf(handle(data));
    message.ack();
  } catch (error) {
    if (message.deliveries >= maximum) await message.deadLetter('handler_failed', describe(error));
    else message.retry(retryDelay(message.deliveries));
  }
}

/** Nest hands back a value, a promise, or an observable, which carries what a handler threw. */
export async function outcomeOf(result: unknown): Promise<unknown> {
  const settled: unknown = await result;
  return isObservable(settled) ? lastValueFrom(settled, { defaultValue: undefined }) : settled;
}

export function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
