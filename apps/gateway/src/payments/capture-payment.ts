import { captureRequestSchema, fingerprintSource, renderPaymentStep } from '#contracts';
import type { CapturePayment } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { unitsOfPayment } from './units-of-payment.js';

/** `POST /v1/payments/{id}/capture`: takes at most what is held; `final` (default) releases the rest. */
export async function capturePayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, captureRequestSchema);
  const key = readKey(request, body.idempotency_key);
  const paymentId = pathPart(request, 'id');
  // 0 is a capture too: reported zero usage stays zero, and the hold is released (B5).
  const amount =
    body.amount === undefined
      ? undefined
      : await unitsOfPayment(owner, caller, paymentId, body.amount, body.currency, 0);
  const fields = { payment_id: paymentId, amount, final: body.final ?? true };
  const command: CapturePayment = {
    type: 'payment.capture',
    ...commandHeader(caller, key, fingerprintSource('payment.capture', fields), body.deadline_ms),
    ...fields,
  };
  const { event, position } = recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderPaymentStep(event, position));
}
