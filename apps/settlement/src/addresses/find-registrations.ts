import type { BookEvent } from '#domain';
import type { LoggedEvent } from '#event-log';
import type { SettlementParts } from '../ports.js';
import { Answered } from '../refused.js';
import { registrationOf, type Registration } from './registration.js';

export type AddressParts = Pick<SettlementParts, 'log' | 'logger'>;

/** Whose these addresses (in lower case) are, as the log has it now: a book's owner still has the last word on its own agents. */
export async function findRegistrations(
  { log, logger }: AddressParts,
  addresses: readonly string[],
): Promise<(Registration | undefined)[]> {
  const found = await log.addressEvents(addresses).catch((error: unknown) => {
    // Its caller is told to come again, and nothing of the inside.
    logger.error({ err: error }, 'The log cannot be asked whose an address is');
    throw new Answered({ kind: 'unavailable', code: 'book_unavailable' });
  });
  return found.map((events) => registrationOf(events.map(readEvent)));
}

function readEvent({ payload }: LoggedEvent) {
  const event = JSON.parse(payload.toString('utf8')) as BookEvent;
  if (event.type === 'agent.address_registered' || event.type === 'agent.address_removed') return event;
  throw new Error(`the index of addresses points at ${event.type}`);
}
