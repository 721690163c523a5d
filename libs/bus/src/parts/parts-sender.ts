import { PassingMap } from '#domain';
import type { Logger } from '#observability';
import { createInbox, type Msg } from '@nats-io/transport-node';
import type { BusConnection } from '../connection.js';
import {
  isNobody,
  partHeaders,
  PARTS_UNTAKEN,
  piecesOf,
  SILENCE_MS,
  STOP,
  type ReplyInParts,
} from './reply-in-parts.js';

/** One reply on its way. */
class Sending {
  sent = 0;
  taken = 0;
  heard_at = Date.now();
  isLeft = false;
  wake: () => void = () => undefined;

  /** Whether there is one who takes another part; waits while those that were sent are not taken. */
  async room(): Promise<boolean> {
    // A reader that is kept busy says nothing in between: its silence counts from here.
    this.heard_at = Date.now();
    while (!this.isLeft && this.sent - this.taken >= PARTS_UNTAKEN) {
      const left_ms = this.heard_at + SILENCE_MS - Date.now();
      if (left_ms <= 0) return false;
      await this.#wokenWithin(left_ms);
    }
    return !this.isLeft;
  }

  async #wokenWithin(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}

/**
 * Sends replies in parts, each to the inbox that a request came with. Every part names where its reader is heard, so the server says
 * there when nobody reads any more. Core NATS keeps no pace and repeats nothing: the reader says how far it is, and misses no number.
 */
export class PartsSender {
  readonly #inbox = createInbox();
  readonly #sending = new PassingMap<string, Sending>();
  #isHeard = false;
  #serial = 0;

  constructor(
    private readonly connection: BusConnection,
    private readonly logger?: Logger,
  ) {}

  /** Sends all of it, or as much as is wanted. Rejects only where not even the head can be sent. */
  async send(request: Msg, { head, texts }: ReplyInParts): Promise<void> {
    this.#listen();
    const token = (++this.#serial).toString(36);
    const sending = new Sending();
    const say = (kind: 'part' | 'end', text: string): void => {
      const headers = partHeaders({ kind, number: sending.sent });
      request.respond(text, { headers, reply: `${this.#inbox}.${token}` });
      sending.sent += 1;
    };
    this.#sending.set(token, sending);
    try {
      say('part', JSON.stringify(head));
      for await (const text of texts) {
        for (const piece of piecesOf(text)) {
          if (!(await sending.room())) return;
          say('part', piece);
        }
      }
      say('end', '');
    } catch (error) {
      if (sending.sent === 0) throw error;
      this.logger?.error({ err: error, subject: request.subject }, 'A reply broke off');
      if (!this.connection.isClosed()) request.respond('', { headers: partHeaders({ kind: 'gone' }) });
    } finally {
      this.#sending.delete(token);
    }
  }

  #listen(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.#hear(message);
      },
    });
  }

  #hear(message: Msg): void {
    const sending = this.#sending.get(message.subject.slice(this.#inbox.length + 1));
    if (message.reply) message.respond('', { headers: partHeaders({ kind: sending ? 'alive' : 'gone' }) });
    if (!sending) return;
    sending.heard_at = Date.now();
    const said = message.string();
    if (said === STOP || isNobody(message)) sending.isLeft = true;
    else sending.taken = Math.max(sending.taken, Number(said) || 0);
    sending.wake();
  }
}
