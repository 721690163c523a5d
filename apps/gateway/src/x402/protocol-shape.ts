import { isJsonObject, readJson, type ErrorCode, type ProblemDocument } from '#contracts';
import type { FastifyRequest } from 'fastify';
import { bodyText } from '../http/body.js';
import { JSON_TYPE, PROBLEM_TYPE, type HttpReply } from '../http/http-reply.js';

/**
 * A failure of the edge's own as a facilitator says it: the published servers read `isValid` or `success`, `transaction` and
 * `network` whatever the status, and tell their clients nothing of an answer without them.
 */
export function inProtocolShape(request: FastifyRequest, reply: HttpReply): HttpReply {
  const call = request.method === 'POST' ? CALLS[request.url.split('?')[0]!] : undefined;
  if (call === undefined || reply.contentType !== PROBLEM_TYPE) return reply;
  const problem = JSON.parse(reply.body) as ProblemDocument;
  return { ...reply, contentType: JSON_TYPE, body: JSON.stringify(SHAPES[call](problem, request)) };
}

const CALLS: Readonly<Record<string, 'verify' | 'settle'>> = { '/x402/verify': 'verify', '/x402/settle': 'settle' };

const SHAPES = {
  verify: (problem: ProblemDocument) => ({
    isValid: false,
    invalidReason: REASONS[problem.code]?.verify ?? problem.code,
    invalidMessage: messageOf(problem),
  }),
  settle: (problem: ProblemDocument, request: FastifyRequest) => {
    const { network, transaction } = namedBy(request);
    const errorReason = REASONS[problem.code]?.settle ?? problem.code;
    return {
      success: false,
      errorReason,
      errorMessage: messageOf(problem),
      // The published servers send the same call again where a pending one says which it is.
      transaction: errorReason === 'settlement_pending' ? transaction : '',
      network,
    };
  },
};

const MALFORMED = { verify: 'invalid_payload', settle: 'invalid_payload' };
const REASONS: Partial<Record<ErrorCode, { verify: string; settle: string }>> = {
  outcome_unknown: { verify: 'unexpected_verify_error', settle: 'settlement_pending' },
  internal_error: { verify: 'unexpected_verify_error', settle: 'settlement_pending' },
  unparseable_body: MALFORMED,
  body_too_large: MALFORMED,
};

function messageOf({ detail, problems }: ProblemDocument): string {
  return problems?.map(({ field, message }) => `${field} ${message}`).join('; ') ?? detail;
}

/** What the call says of itself; nothing of it is proven. */
function namedBy(request: FastifyRequest): { network: string; transaction: string } {
  const body = memberOf(parsed(bodyText(request)));
  const { network } = memberOf(body['paymentRequirements']);
  const { token } = memberOf(memberOf(body['paymentPayload'])['payload']);
  const claims = typeof token === 'string' ? Buffer.from(token.split('.')[1] ?? '', 'base64url').toString() : '';
  const { jti } = memberOf(parsed(claims));
  return {
    network: typeof network === 'string' ? network : '',
    transaction: typeof jti === 'string' && /^pay_[0-9a-f]{32}$/.test(jti) ? jti : '',
  };
}

function memberOf(value: unknown): Record<string, unknown> {
  return isJsonObject(value) ? value : {};
}

function parsed(text: string): unknown {
  const read = readJson(text);
  return read.ok ? read.value : undefined;
}
