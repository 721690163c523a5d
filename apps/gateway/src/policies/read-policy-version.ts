import { partitionOf, renderPolicyChange } from '#contracts';
import { isAsset, type Asset, type BookEvent } from '#domain';
import type { FastifyRequest } from 'fastify';
import { concernsAgent } from '../events/render-event.js';
import { pathPart, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { queryHeader } from '../http/command-header.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import { refuseRole, verifyReader } from '../http/verified-reader.js';
import type { LogReader, OwnerGateway } from '../ports.js';
import { eventOfSequence } from './event-of-sequence.js';

/** `GET /v1/policies/{version}`: the event that set rules, for whoever may read it by `GET /v1/events`. */
export async function readPolicyVersion(
  request: FastifyRequest,
  owner: OwnerGateway,
  log: LogReader,
): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const version = pathPart(request, 'version');
  const credential = await verifyReader(caller, owner);
  if (credential.kind === 'session' || caller.session_id !== undefined) refuseRole(credential);
  const partition = partitionOf(caller.org);
  const found = /^[1-9]\d{0,14}$/.test(version)
    ? await eventOfSequence(log, partition, caller.org, Number(version))
    : undefined;
  const hidden = found && credential.kind === 'agent' && !concernsAgent(found.event, credential.subject);
  if (!found || hidden) return refuse('policy_version_not_found');
  const asset = await assetOf(found.event, caller, owner);
  const answer = renderPolicyChange(found.event, `${partition}:${found.position}`, asset);
  return answer ? jsonReply(200, answer) : refuse('policy_version_not_found');
}

/** Of the sums that the event sets: some do not name it, since it never changes. */
async function assetOf(event: BookEvent, caller: Caller, owner: OwnerGateway): Promise<Asset> {
  if (event.type === 'session.changed' && event.budget !== undefined) {
    const query = { type: 'query.session' as const, ...queryHeader(caller), session_id: event.session_id };
    return known(expectKind(await owner.send(caller.org, query), 'session').session.asset);
  }
  if (event.type === 'organization.changed' && event.first_use) {
    const query = { type: 'query.organization' as const, ...queryHeader(caller) };
    return known(expectKind(await owner.send(caller.org, query), 'organization').organization.default_asset);
  }
  return 'asset' in event ? event.asset : 'USD';
}

function known(asset: string): Asset {
  if (!isAsset(asset)) throw new Error(`No such asset: ${asset}`);
  return asset;
}
