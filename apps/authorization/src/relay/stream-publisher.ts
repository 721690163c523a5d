import type { EventPublisher as StreamPublisher } from '#bus';
import { eventMessageId, HEADERS, subjects } from '#contracts';
import { isRequestEvent, type BookEvent, type RequestEvent } from '#domain';
import { canonicalBytes } from '#event-log';
import type { PublishedEvent } from '../ports.js';
import type { EventPublisher } from './relay.js';

/** Publishes to the stream EVENTS with CloudEvents 1.0 attributes as headers; the data are the log's bytes (D9), without hashes of tokens. */
export class EventsStream implements EventPublisher {
  readonly #publisher: StreamPublisher;

  constructor(publisher: StreamPublisher) {
    this.#publisher = publisher;
  }

  async publish(events: readonly PublishedEvent[]): Promise<void> {
    await this.#publisher.publish(
      events.map(({ partition, position, event, payload }) => ({
        subject: subjects.event(partition, event.org, agentOf(event), event.type),
        headers: {
          [HEADERS.message_id]: eventMessageId(partition, position),
          [HEADERS.ce_id]: `evt_${partition}_${position}`,
          [HEADERS.ce_type]: `bursar.${event.type}`,
          [HEADERS.ce_source]: `urn:bursar:${event.org}`,
          [HEADERS.ce_time]: new Date(event.time).toISOString(),
          [HEADERS.ce_specversion]: '1.0',
        },
        data: dataOf(event, payload),
      })),
    );
  }
}

/** Whoever may follow a feed, down to finance, gets nothing from which a weak key could be guessed (F4). */
function dataOf(event: BookEvent, payload: Buffer): Buffer {
  if (!('token_hash' in event)) return payload;
  const { token_hash: _hash, ...shown } = event;
  return canonicalBytes(shown);
}

/**
 * Whose feed an event belongs to: the payer of a payment, who was paid by another org, or the agent that it is about. What
 * becomes of a payment request goes to the side that did not do it.
 */
function agentOf(event: BookEvent): string | undefined {
  if (isRequestEvent(event)) return agentOfRequest(event);
  if ('payer' in event) return event.payer.agent_id;
  if ('source' in event && 'payee' in event) return event.payee.agent_id;
  return 'agent_id' in event ? event.agent_id : undefined;
}

function agentOfRequest(event: RequestEvent): string {
  const { payee, payer } = event;
  const forPayer = event.type === 'request.opened' || event.type === 'request.cancelled';
  if ('agent_id' in payer && (forPayer || !('agent_id' in payee))) return payer.agent_id;
  // A payer of another org follows no feed of this one.
  return 'agent_id' in payee ? payee.agent_id : '_';
}
