import { fingerprintSource, openPaymentRequestSchema, renderPaymentRequestOpened } from '#contracts';
import type { OpenPaymentRequest } from '#domain';
import { sealText } from '#event-log';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, readKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import { keepMemo } from '../payments/payment-memo.js';
import type { Notes, OwnerGateway } from '../ports.js';

/** `POST /v1/payment-requests`: an agent asks another, of its org or of another one, for money. */
export async function openPaymentRequest(
  request: FastifyRequest,
  owner: OwnerGateway,
  notes: Notes,
): Promise<HttpReply> {
  const caller = readCaller(request);
  const body = readBody(request, openPaymentRequestSchema);
  const { payee, payer, payer_org, amount, asset, labels, category, expires_in_ms } = body;
  const fields = {
    payee,
    payer: { agent: payer, ...(payer_org === undefined ? {} : { org: payer_org }) },
    amount,
    asset,
    labels,
    category,
    expires_in_ms,
  };
  const memo = body.memo === undefined ? undefined : sealText(body.memo);
  const key = readKey(request, body.idempotency_key);
  const command: OpenPaymentRequest = {
    type: 'request.open',
    ...commandHeader(caller, key, fingerprintSource('request.open', fields), body.deadline_ms),
    ...fields,
    memo_hash: memo?.hash,
  };
  const answer = await owner.send(caller.org, command);
  if (memo) await keepMemo(notes, answer, memo);
  const { event, position } = recordedOf(answer);
  return jsonReply(201, renderPaymentRequestOpened(event, position));
}
