import { partitionOf } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { refuseQuery } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { verifyKey } from '../http/verified-reader.js';
import type { OwnerGateway } from '../ports.js';
import type { Verifications } from './verifications.js';

/** A verification that takes longer goes on, and the next call answers it. */
const WAIT_MS = 10_000;

/**
 * `GET /v1/integrity`: verifies the partition of the org's book from its first event on, and says where the first altered,
 * missing, reordered or inserted event is (D8). 202 while it is still at it.
 */
export async function checkIntegrity(
  request: FastifyRequest,
  owner: OwnerGateway,
  verifications: Verifications,
): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  await verifyKey(caller, owner);
  const partition = partitionOf(caller.org);
  const known = await verifications.of(partition, WAIT_MS);
  if (known.state === 'running') {
    return jsonReply(202, {
      status: 'verifying',
      position: `${partition}:${known.position}`,
      head: `${partition}:${known.head}`,
    });
  }
  const { verification, finished_at } = known;
  const whole = verification.partitions[0];
  return jsonReply(200, {
    status: verification.faults.length === 0 ? 'whole' : 'broken',
    events: verification.events,
    position: whole ? `${partition}:${whole.position}` : null,
    hash: whole ? whole.hash.toString('hex') : null,
    faults: verification.faults.map(({ position, kind, detail }) => ({
      position: `${partition}:${position}`,
      kind,
      detail,
    })),
    verified_at: new Date(finished_at).toISOString(),
  });
}
