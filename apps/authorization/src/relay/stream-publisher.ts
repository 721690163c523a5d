import type { EventPublisher as StreamPublisher } from '#bus';
import { eventMessageId, HEADERS, subjects } from '#contracts';
import type { BookEvent } from '#domain';
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

/** Whose feed an event belongs to: the payer of a payment, who was paid by another org, or the agent that it is about. */
function agentOf(event: BookEvent): string | undefined {
  if ('payer' in event) return event.payer.agent_id;
  if ('source' in event && 'payee' in event) return event.payee.agent_id;
  return 'agent_id' in event ? event.agent_id : undefined;
}
