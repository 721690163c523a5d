import { PAID_SERVICE_BOUNDS } from './bounds.js';

/**
 * The data of server-sent events, from bytes as they come: a chunk may end within a line or a character. Comments and other fields are
 * passed over. A line without end is cut at its bound, and told as it is.
 */
export class EventLines {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #data: string[] = [];

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
    // A carriage return at the end may be half of a line's end.
    const all = this.#rest + text;
    const isHalf = all.endsWith('\r');
    const lines = (isHalf ? all.slice(0, -1) : all).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + (isHalf ? '\r' : '');
    if (this.#rest.length > PAID_SERVICE_BOUNDS.event_characters) {
      lines.push(this.#rest, '');
      this.#rest = '';
    }
    for (const line of lines) {
      if (line.startsWith('data:')) this.#data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      else if (line === '' && this.#data.length > 0) events.push(this.#data.splice(0).join('\n'));
    }
    return events;
  }
}
