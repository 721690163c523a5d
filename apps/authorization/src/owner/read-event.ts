import { isAscii } from 'node:buffer';
import type { BookEvent } from '#domain';

/** Stored events are what `canonicalBytes` wrote; upcasters of later versions belong here. */
export function readEvent(payload: Buffer): BookEvent {
  // Nearly all events are ASCII, which is taken over byte by byte at half the cost of decoding.
  return JSON.parse(isAscii(payload) ? payload.toString('latin1') : payload.toString('utf8')) as BookEvent;
}
