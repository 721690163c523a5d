import { BOUNDS, eventsQuerySchema, partitionOf } from '#contracts';
import type { BookEvent } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readParameters } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { LogReader, OwnerGateway } from '../ports.js';
import { concernsAgent, renderEvent } from './render-event.js';

/** So many events of the partition are looked at for one page: several orgs share it, and a page must stay bounded. */
const SCANNED_PER_PAGE = 5_000;
const READ_AT_ONCE = 1_000;

/**
 * `GET /v1/events`: the org's events from the log itself, oldest first. The cursor is a position of the org's partition:
 * that of any event, or of the page before. `next_cursor` is null where the log has been read to its end; `position` says
 * where that is, to go on from later.
 */
export async function listEvents(request: FastifyRequest, owner: OwnerGateway, log: LogReader): Promise<HttpReply> {
  const caller = readCaller(request);
  const { limit = BOUNDS.page, cursor } = readParameters(request, eventsQuerySchema);
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const agentId = credential.kind === 'agent' ? credential.subject : undefined;
  const partition = partitionOf(caller.org);
  const start = cursor === undefined ? 0 : positionOf(cursor, partition);
  const head = (await log.head(partition)).position;
  const events: unknown[] = [];
  let read = Math.min(start, head);
  const scanUpTo = Math.min(head, read + SCANNED_PER_PAGE);
  while (read < scanUpTo && events.length < limit) {
    const entries = await log.read(partition, read, Math.min(scanUpTo, read + READ_AT_ONCE));
    if (entries.length === 0) break;
    for (const { position, payload } of entries) {
      if (events.length >= limit) break;
      read = position;
      const event = JSON.parse(payload.toString('utf8')) as BookEvent;
      if (event.org !== caller.org || (agentId !== undefined && !concernsAgent(event, agentId))) continue;
      events.push(renderEvent(event, partition, position));
    }
  }
  const position = `${partition}:${read}`;
  return jsonReply(200, { events, next_cursor: read < head ? position : null, position });
}

/** Another partition's position belongs to another org (F7). */
function positionOf(cursor: string, partition: number): number {
  const match = /^(\d{1,2}):(\d{1,15})$/.exec(cursor);
  if (match && Number(match[1]) === partition) return Number(match[2]);
  return refuse('query_invalid', { problems: [{ field: 'cursor', message: 'must be a cursor that an answer gave' }] });
}
