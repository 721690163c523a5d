import type { Msg } from '@nats-io/transport-node';
import { HEADERS } from '#contracts';
import type { LogEvent } from '../answers/index.js';

/** A message of the feed in the shape that `GET /v1/events` gives; undefined for what is no event. */
export function feedEvent(message: Msg): LogEvent | undefined {
  const position = message.headers?.get(HEADERS.message_id);
  if (!position || !/^\d+:\d+$/.test(position)) return undefined;
  const { token_hash: _hash, ...event } = message.json<Record<string, unknown>>();
  const { type, time } = event;
  if (typeof type !== 'string' || typeof time !== 'number') return undefined;
  return { id: `evt_${position.replace(':', '_')}`, position, type, time: new Date(time).toISOString(), event };
}
