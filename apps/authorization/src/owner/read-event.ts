import type { BookEvent } from '#domain';

/** Stored events are what `canonicalBytes` wrote; upcasters of later versions belong here. */
export function readEvent(payload: Buffer): BookEvent {
  return JSON.parse(payload.toString('utf8')) as BookEvent;
}
