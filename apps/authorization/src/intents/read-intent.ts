import {
  fingerprintOf,
  parseIntentSubject,
  parsePaymentRequest,
  partitionOf,
  type IntentSubject,
  type NormalisedPaymentRequest,
} from '#contracts';
import type { AuthorizePayment } from '#domain';
import { sealText, type SealedText } from '#event-log';

export type ReadIntent =
  | {
      ok: true;
      command: AuthorizePayment;
      subject: IntentSubject;
      idempotency_key: string;
      /** To be kept beside the log once the payment is in it. */
      memo?: SealedText;
    }
  | {
      ok: false;
      reason: string;
      problems: readonly { field: string; message: string }[];
      idempotency_key?: string;
      subject?: IntentSubject;
    };

export interface IntentMessage {
  /** As the stream stores it: `intents.<partition>.<org>.<agent>[.<key>]`. */
  subject: string;
  /** Undefined where the bytes are not UTF-8: read as text they would say something else than was sent. */
  text: string | undefined;
  deadline?: number;
  fresh_id: string;
}

/**
 * Turns a message of the INTENTS stream into the command it stands for. Who pays and who asks stand in the subject, which
 * the server let only its owner publish to; a body that names another payer is malformed (D16).
 */
export function readIntent(message: IntentMessage): ReadIntent {
  const subject = parseIntentSubject(message.subject);
  if (!subject || partitionOf(subject.org) !== subject.partition)
    return {
      ok: false,
      reason: 'subject_invalid',
      problems: [{ field: 'subject', message: 'is not an intent subject' }],
    };
  if (message.text === undefined)
    return { ok: false, reason: 'unparseable_body', problems: [{ field: 'body', message: 'is not UTF-8' }], subject };
  const parsed = parsePaymentRequest(message.text);
  if (!parsed.ok)
    return {
      ok: false,
      reason: parsed.code,
      problems: parsed.problems,
      idempotency_key: parsed.idempotency_key,
      subject,
    };
  const { request } = parsed;
  const key = request.idempotency_key;
  if (key === undefined) return malformed(subject, 'idempotency_key', 'is required on the bus', undefined);
  if (request.agent !== undefined && request.agent !== subject.agent)
    return malformed(subject, 'agent_id', 'is not the agent of the subject that this was published to', key);
  const command = commandOf(request, subject, key, fingerprintOf(parsed.fingerprint_source), message);
  if (request.memo === undefined) return { ok: true, subject, idempotency_key: key, command };
  const memo = sealText(request.memo);
  command.memo_hash = memo.hash;
  return { ok: true, subject, idempotency_key: key, command, memo };
}

function malformed(subject: IntentSubject, field: string, text: string, key: string | undefined): ReadIntent {
  return { ok: false, reason: 'body_invalid', problems: [{ field, message: text }], idempotency_key: key, subject };
}

function commandOf(
  request: NormalisedPaymentRequest,
  subject: IntentSubject,
  key: string,
  fingerprint: string,
  message: IntentMessage,
): AuthorizePayment {
  const command: AuthorizePayment = {
    type: 'payment.authorize',
    org: subject.org,
    credential: { subject: subject.credential, proven_by: 'bus' },
    fresh_id: message.fresh_id,
    key,
    fingerprint,
    agent: subject.agent,
    payee: request.payee,
    amount: request.amount,
    asset: request.asset,
    capture: request.capture,
    protocol: 'direct',
    labels: request.labels,
  };
  if (request.session_id !== undefined) command.session_id = request.session_id;
  if (request.category !== undefined) command.category = request.category;
  if (request.request_id !== undefined) command.request_id = request.request_id;
  if (request.expires_in_ms !== undefined) command.expires_in_ms = request.expires_in_ms;
  if (message.deadline !== undefined) command.deadline = message.deadline;
  return command;
}
