import { createHash } from 'node:crypto';
import { fingerprintOf, fingerprintSource, openOrganizationSchema } from '#contracts';
import type { CreateOrganization } from '#domain';
import { formatToken, freshId, newSecret, tokenHash } from '#security';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { DEFAULT_DEADLINE_MS, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway, Platform } from '../ports.js';
import { requirePlatformKey } from './platform-caller.js';

/**
 * `POST /v1/organizations`: a new tenant with a book of its own and its first admin key, which is shown once (F4). Org and key
 * are named after the idempotency key, so that the same request again finds the same org (C1).
 */
export async function openOrganization(
  request: FastifyRequest,
  owner: OwnerGateway,
  platform: Platform,
): Promise<HttpReply> {
  requirePlatformKey(request, platform);
  const body = readBody(request, openOrganizationSchema);
  const key = readKey(request, body.idempotency_key) ?? `edge-${freshId()}`;
  const { name, initial_amount, first_use } = body;
  const org = `org_${idFrom('organization', key)}`;
  const keyId = `key_${idFrom('first admin key', key)}`;
  const token = formatToken({ kind: 'key', org, subject: keyId, secret: newSecret() });
  const command: CreateOrganization = {
    type: 'organization.create',
    org,
    credential: { subject: 'owner', proven_by: 'owner' },
    fresh_id: freshId(),
    key,
    fingerprint: fingerprintOf(fingerprintSource('organization.create', { name, initial_amount, first_use })),
    deadline: Date.now() + (body.deadline_ms ?? DEFAULT_DEADLINE_MS),
    name,
    default_asset: 'USD',
    first_use: { ...platform.firstUse, ...first_use },
    admin_key: { key_id: keyId, token_hash: tokenHash(token) },
    initial_amount,
  };
  const { event, position } = recordedOf(await owner.send(org, command));
  if (event.type !== 'key.issued') throw new Error(`${event.type} is no first key of an organization`);
  return jsonReply(201, {
    org_id: org,
    name,
    currency: command.default_asset,
    admin_key: { key_id: event.key_id, token: event.token_hash === command.admin_key.token_hash ? token : undefined },
    opened_at: new Date(event.time).toISOString(),
    position,
  });
}

/** 32 hex digits, the same for the same key. */
function idFrom(what: string, key: string): string {
  return createHash('sha256').update(`bursar ${what} ${key}`).digest('hex').slice(0, 32);
}
