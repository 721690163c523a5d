import { jetstream, jetstreamManager, type JetStreamClient, type StoredMsg } from '@nats-io/jetstream';
import { HEADERS, STREAMS, subjects } from '#contracts';
import type { Logger } from '#observability';
import { Backoff } from './backoff.js';
import type { BusMessage } from './bus-message.js';
import type { BusConnection } from './connection.js';
import { rawHeaders, withoutControlHeaders } from './raw-headers.js';

const ATTEMPTS = 5;

/** Puts messages among the dead letters: data and headers as they were, and why and whence as further headers. */
export class DeadLetters {
  readonly #jetstream: JetStreamClient;

  constructor(
    connection: BusConnection,
    private readonly logger?: Logger,
  ) {
    this.#jetstream = jetstream(connection);
  }

  /**
   * Resolves once the stream DEAD has it, also where it had it before. After the last delivery nothing comes again, so
   * the publish itself is repeated.
   *
   * @throws the last error after five attempts, some 6 s later
   */
  async put(message: BusMessage, reason: string, explanation?: string): Promise<void> {
    const { stream, stream_sequence } = message;
    const subject = subjects.deadLetter(stream, message.partition < 0 ? '_' : message.partition, word(reason));
    const fields = {
      ...withoutControlHeaders(message.headers),
      [HEADERS.dead_reason]: (explanation ?? reason).replace(/[\r\n]+/g, ' ').slice(0, 500),
      [HEADERS.dead_subject]: message.subject,
      [HEADERS.dead_stream]: stream,
      [HEADERS.dead_sequence]: String(stream_sequence),
      [HEADERS.dead_deliveries]: String(message.deliveries),
      [HEADERS.message_id]: `${stream}:${stream_sequence}`,
    };
    const backoff = new Backoff(200, 3_000);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#jetstream.publish(subject, message.data, { headers: rawHeaders(fields) });
        this.logger?.warn({ subject: message.subject, stream, stream_sequence, reason }, 'A message is a dead letter');
        return;
      } catch (error) {
        if (attempt === ATTEMPTS) {
          this.logger?.error({ err: error, stream, stream_sequence, reason }, 'A dead letter could not be put away');
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, backoff.next()));
      }
    }
  }
}

export interface DeadLetter {
  sequence: number;
  /** Where it was. */
  subject: string;
  stream: string;
  reason: string;
  deliveries: number;
  dead_since: Date;
  headers: Record<string, string>;
  data: Uint8Array;
}

const NO_SUCH_MESSAGE = 404;

/** The next dead letters after `after` (a sequence; 0 for the oldest). Looking changes nothing. */
export async function browseDeadLetters(
  connection: BusConnection,
  options: { after?: number; limit: number },
): Promise<DeadLetter[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const letters: DeadLetter[] = [];
  try {
    const range = { seq: (options.after ?? 0) + 1, batch: options.limit };
    for await (const stored of await manager.direct.getBatch(STREAMS.dead_letters, range)) {
      letters.push(deadLetterOf(stored));
    }
  } catch (error) {
    if ((error as { code?: number }).code !== NO_SUCH_MESSAGE) throw error;
  }
  return letters;
}

function deadLetterOf(stored: StoredMsg): DeadLetter {
  const header = (name: string): string => stored.header.get(name);
  return {
    sequence: stored.seq,
    subject: header(HEADERS.dead_subject),
    stream: header(HEADERS.dead_stream),
    reason: header(HEADERS.dead_reason),
    deliveries: Number(header(HEADERS.dead_deliveries)),
    dead_since: stored.time,
    headers: withoutControlHeaders(stored.header),
    data: stored.data,
  };
}

/** A reason is part of the subject: one token. */
function word(reason: string): string {
  return reason.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 64) || 'unknown';
}
