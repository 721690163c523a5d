import { decisionText, parsePaymentRequest } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { bodyText, refuseQuery } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { readKey } from '../http/command-header.js';
import { jsonTextReply, refuse, type HttpReply } from '../http/http-reply.js';
import { expectKind } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { paymentCommand } from './authorize-payment.js';

/** `POST /v1/decisions`: what this very payment would be answered now, and every rule's figures. Nothing is changed. */
export async function explainPayment(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const parsed = parsePaymentRequest(bodyText(request));
  if (!parsed.ok) return refuse(parsed.code, { problems: parsed.problems });
  const key = readKey(request, parsed.request.idempotency_key);
  const command = paymentCommand(request, caller, parsed.request, undefined, true);
  const answer = await owner.send(caller.org, { ...command, type: 'query.decision', key });
  return jsonTextReply(200, decisionText(expectKind(answer, 'decision').decision));
}
