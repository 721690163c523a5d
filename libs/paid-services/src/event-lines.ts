import { PAID_SERVICE_BOUNDS } from './bounds.js';

/**
 * The data of server-sent events, from bytes as they come: a chunk may end within a line or a character. Comments and other fields are
 * passed over. A line, or an event of many lines, that has no end is cut at its bound and told as it is.
 */
export class EventLines {
  readonly #decoder = new TextDecoder();
  #rest = '';
  /** A carriage return came last: a line feed that follows belongs to it. */
  #is_half = false;
  #data: string[] = [];
  #characters = 0;

  /** The events that are whole by now. */
  take(chunk: Uint8Array): string[] {
    return this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What was left when the stream ended, whole or not. */
  end(): string[] {
    return this.#read(`${this.#decoder.decode()}\n\n`);
  }

  #read(text: string): string[] {
    const events: string[] = [];
    const fresh = this.#is_half && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#is_half = text.endsWith('\r');
    const lines = (this.#rest + fresh).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > PAID_SERVICE_BOUNDS.event_characters) {
      lines.push(this.#rest, '');
      this.#rest = '';
    }
    for (const line of lines) {
      if (line.startsWith('data:')) this.#keep(line.slice(line.startsWith('data: ') ? 6 : 5));
      const isWhole = line === '' || this.#characters > PAID_SERVICE_BOUNDS.event_characters;
      if (isWhole && this.#data.length > 0) events.push(this.#taken());
    }
    return events;
  }

  #keep(data: string): void {
    this.#data.push(data);
    this.#characters += data.length + 1;
  }

  #taken(): string {
    this.#characters = 0;
    return this.#data.splice(0).join('\n');
  }
}
