import { isAscii } from 'node:buffer';
import type { BookEvent } from '#domain';
import type { LoggedEvent } from '#event-log';

/** Stored events are what `canonicalBytes` wrote; upcasters of later versions belong here. */
export function readEvent({ text, payload }: Pick<LoggedEvent, 'text' | 'payload'>): BookEvent {
  return JSON.parse(text ?? textOf(payload)) as BookEvent;
}

/** Nearly all events are ASCII, which is taken over byte by byte at half the cost of decoding. */
function textOf(payload: Buffer): string {
  return isAscii(payload) ? payload.toString('latin1') : payload.toString('utf8');
}
