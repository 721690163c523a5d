import {
  cancelPaymentRequestSchema,
  declinePaymentRequestSchema,
  fingerprintSource,
  renderPaymentRequestStep,
} from '#contracts';
import type { CancelPaymentRequest, DeclinePaymentRequest } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { findPaymentRequest } from './find-payment-request.js';

/** `POST /v1/payment-requests/{id}/cancel`: the payee asks no longer. */
export async function cancelPaymentRequest(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, cancelPaymentRequestSchema);
  const fields = { request_id: pathPart(request, 'id') };
  const key = readKey(request, body.idempotency_key);
  const command: CancelPaymentRequest = {
    type: 'request.cancel',
    ...commandHeader(caller, key, fingerprintSource('request.cancel', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderPaymentRequestStep(event, position, 'same_org'));
}

/** `POST /v1/payment-requests/{id}/decline`: the payer will not pay; one of another org is verified by its own book. */
export async function declinePaymentRequest(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, declinePaymentRequestSchema);
  const request_id = pathPart(request, 'id');
  const { payee_org } = body;
  const given = readKey(request, body.idempotency_key);
  const type = 'request.decline' as const;
  if (payee_org === undefined || payee_org === caller.org) {
    const head = commandHeader(caller, given, fingerprintSource(type, { request_id }), body.deadline_ms);
    const { event, position } = recordedOf(await owner.send(caller.org, { ...head, type, request_id }));
    return jsonReply(200, renderPaymentRequestStep(event, position, 'same_org'));
  }
  await findPaymentRequest(owner, caller, request_id, payee_org, true);
  // Keys of another org's callers stand apart from those of the org's own, as does what its owner makes (§).
  const key = given === undefined ? undefined : `§${caller.org}:${given}`;
  const source = fingerprintSource(type, { request_id, payer_org: caller.org });
  const command: DeclinePaymentRequest = {
    ...commandHeader({ ...caller, org: payee_org }, key, source, body.deadline_ms),
    credential: { subject: 'owner', proven_by: 'owner' },
    type,
    request_id,
    payer_org: caller.org,
  };
  const { event, position } = recordedOf(await owner.send(payee_org, command));
  return jsonReply(200, renderPaymentRequestStep(event, position, 'other_org'));
}
