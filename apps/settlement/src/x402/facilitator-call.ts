import { readJson, type ErrorCode, type SettlementOutcome, type SettlementRequest } from '#contracts';
import { verifyRequest, type FacilitatorCall, type FacilitatorRequest, type X402Reason } from '#x402';
import type { SettlementParts } from '../ports.js';
import { readToken, tokenMismatch } from './payment-token.js';
import type { PaymentToken } from './token-claims.js';

/** Why a facilitator's call fails, in the protocol's words or, where it has none, by a code of the catalogue. */
export interface Failure {
  reason: string;
  message: string;
  outcome: SettlementOutcome;
  /** Of the payment that the call is about, where that is known. */
  payment_id?: string;
  payer?: string;
  network?: string;
  /** How long to wait before the same call again, where that is told. */
  retry_after_ms?: number;
  /** Its transaction is named as on an EVM network. */
  on_evm?: true;
}

/** Thrown by what a call to `/verify` or `/settle` needs; each of the two has its own shape for it. */
export class CallFailed {
  constructor(readonly failure: Failure) {}
}

export function isCallFailed(thrown: unknown): boolean {
  return thrown instanceof CallFailed;
}

export function fail(
  reason: X402Reason | ErrorCode | 'payment_expired',
  message: string,
  more: Partial<Failure> = {},
): never {
  throw new CallFailed({ reason, message, outcome: 'ok', ...more });
}

/** Reads the body of a call, as far as it can be judged without asking anybody. */
export function readCall(
  parts: SettlementParts,
  request: SettlementRequest,
  call: FacilitatorCall,
): FacilitatorRequest {
  const json = request.value === undefined ? readJson(request.body) : { ok: true as const, value: request.value };
  if (!json.ok) fail('invalid_payload', describe(json.problems), { outcome: 'malformed' });
  const verified = verifyRequest(json.value, call, parts.rails);
  if (!verified.ok) fail(verified.reason, describe(verified.problems), { outcome: 'malformed' });
  return verified.request;
}

/** The token that the payload carries, where it is good for just what is asked. */
export function readCallToken(parts: SettlementParts, asked: FacilitatorRequest): PaymentToken {
  const { network } = asked;
  const read = readToken(parts, asked.payload['token']);
  if (!read.ok) fail('invalid_payload', read.reason, { network });
  const { token } = read;
  const field = tokenMismatch(token, asked);
  if (field === undefined) return token;
  const message = `the payment token is for another ${field}`;
  return fail('invalid_payload', message, { network, payment_id: token.jti, payer: token.sub });
}

function describe(problems: readonly { field: string; message: string }[]): string {
  return problems
    .map(({ field, message }) => `${field} ${message}`)
    .join('; ')
    .slice(0, 500);
}
