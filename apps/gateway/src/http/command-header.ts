import { fingerprintOf, IDEMPOTENCY_KEY } from '#contracts';
import type { CommandHeader } from '#domain';
import { freshId } from '#security';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';
import { refuseHeader } from './http-reply.js';

/** A caller that says nothing waits this long. */
export const DEFAULT_DEADLINE_MS = 20_000;

/**
 * The header of a command. A request without a key gets one here, which survives our own retries but not the caller's
 * (D6); `fingerprintSource` is the canonical text of the caller's fields.
 */
export function commandHeader(
  caller: Caller,
  key: string | undefined,
  fingerprintSource: string,
  deadlineMs: number | undefined,
): CommandHeader {
  const fresh = freshId();
  return {
    org: caller.org,
    credential: caller.credential,
    fresh_id: fresh,
    key: key ?? `edge-${fresh}`,
    fingerprint: fingerprintOf(fingerprintSource),
    deadline: Date.now() + (deadlineMs ?? DEFAULT_DEADLINE_MS),
  };
}

/** The header of a query: nothing is appended, so there is nothing to repeat. */
export function queryHeader(caller: Caller, deadlineMs?: number): CommandHeader {
  return {
    org: caller.org,
    credential: caller.credential,
    fresh_id: freshId(),
    deadline: Date.now() + (deadlineMs ?? DEFAULT_DEADLINE_MS),
  };
}

/** The key of a request, which may stand in the header, in the body, or the same in both. */
export function readKey(request: FastifyRequest, inBody: string | undefined): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return inBody;
  const key = String(header);
  if (!IDEMPOTENCY_KEY.test(key)) refuseHeader('Idempotency-Key', 'must be 1 to 255 printable ASCII characters');
  if (inBody !== undefined && inBody !== key) {
    refuseHeader('Idempotency-Key', 'must be the same as idempotency_key in the body');
  }
  return key;
}

/** For calls that set something: repeating them does no harm, and a key would promise an answer that is not kept. */
export function refuseKey(request: FastifyRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  refuseHeader('Idempotency-Key', 'is not taken here: the call sets what it says, so repeating it does no harm');
}
