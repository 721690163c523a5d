import {
  parsePaymentRequest,
  paymentFingerprintSource,
  renderPaymentAnswer,
  type NormalisedPaymentRequest,
  type OwnerAnswer,
} from '#contracts';
import type { AuthorizePayment } from '#domain';
import { sealText } from '#event-log';
import type { FastifyRequest } from 'fastify';
import { bodyText, refuseQuery } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { commandHeader, queryHeader, readKey } from '../http/command-header.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { refusalReply } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { keepMemo } from './payment-memo.js';

/** `POST /v1/payments`: authorize, or authorize and capture in one decision. The hot path: nothing here waits but the book. */
export async function authorizePayment(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  refuseQuery(request);
  const caller = readCaller(request);
  const parsed = parsePaymentRequest(bodyText(request));
  if (!parsed.ok) return refuse(parsed.code, { problems: parsed.problems });
  const memo = parsed.request.memo === undefined ? undefined : sealText(parsed.request.memo);
  const answer = await owner.send(caller.org, paymentCommand(request, caller, parsed.request, memo?.hash));
  if (memo) await keepMemo(notes, answer, memo);
  return paymentReply(answer);
}

/** A payment's answer as HTTP gives it: 201, or 202 while it waits for an approval. */
export function paymentReply(answer: OwnerAnswer): HttpReply {
  if (answer.kind === 'recorded') {
    const status = answer.event.type === 'payment.pending_approval' ? 202 : 201;
    return jsonReply(status, renderPaymentAnswer(answer.event, answer.position));
  }
  if (answer.kind === 'refused' || answer.kind === 'unavailable') return refusalReply(answer);
  throw new Error(`The owner answered ${answer.kind} to a payment`);
}

/** The command that a payment request stands for. What is only asked and has no key needs no fingerprint. */
export function paymentCommand(
  request: FastifyRequest,
  caller: Caller,
  payment: NormalisedPaymentRequest,
  memoHash: string | undefined,
  isAsked = false,
): AuthorizePayment {
  // A session token says the session, so the same key in another session is another request.
  payment.session_id ??= caller.session_id;
  const key = readKey(request, payment.idempotency_key);
  const header =
    isAsked && key === undefined
      ? queryHeader(caller, payment.deadline_ms)
      : commandHeader(caller, key, paymentFingerprintSource(payment), payment.deadline_ms);
  // Field by field: spreading the header into so many others cost a quarter of the request.
  return {
    type: 'payment.authorize',
    org: header.org,
    credential: header.credential,
    fresh_id: header.fresh_id,
    key: header.key,
    fingerprint: header.fingerprint,
    fresh_key: key === undefined && !isAsked ? true : undefined,
    deadline: header.deadline,
    agent: payment.agent,
    session_id: payment.session_id,
    payee: payment.payee,
    amount: payment.amount,
    asset: payment.asset,
    capture: payment.capture,
    protocol: 'direct',
    labels: payment.labels,
    category: payment.category,
    expires_in_ms: payment.expires_in_ms,
    memo_hash: memoHash,
    request_id: payment.request_id,
  };
}
