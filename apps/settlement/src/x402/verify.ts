import type { SettlementAnswer, SettlementRequest } from '#contracts';
import { callerOf } from '../owners/command-header.js';
import { credentialFirst } from '../owners/credential-first.js';
import { payeeCredential } from '../owners/payee-credential.js';
import type { SettlementParts } from '../ports.js';
import { expectKind } from '../refused.js';
import { textOf } from '../requests.js';
import type { Query } from '#domain';
import type { FacilitatorRequest } from '#x402';
import { isCallFailed, readCall, readCallToken, type Failure } from './facilitator-call.js';
import { failureOf } from './failures.js';
import type { ReadCall } from './readings.js';
import { isSigned, readSignedTransfer } from './signed-transfer.js';

/** `POST /x402/verify`: whether settling would pass now. Nothing changes, and it is no promise: only settling decides. */
export async function verifyPayment(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const known: Partial<Failure> = {};
  try {
    callerOf(request);
    await credentialFirst(parts, request, () => wouldSettle(parts, request, known), isCallFailed);
    return { kind: 'done', outcome: 'ok', body: JSON.stringify({ isValid: true, payer: known.payer }) };
  } catch (thrown) {
    const { reason, message, outcome, payer, retry_after_ms } = failureOf(thrown, known);
    const body = { isValid: false, invalidReason: reason, invalidMessage: message, payer };
    return { kind: 'done', outcome, body: JSON.stringify(body), retry_after_ms };
  }
}

async function wouldSettle(parts: SettlementParts, request: SettlementRequest, known: Partial<Failure>): Promise<void> {
  const asked = readCall(parts, request, 'verify');
  const read = await (isSigned(asked) ? verifySigned : verifyToken)(parts, request, asked, known);
  // The published servers settle with the very same body next, of which settling then need not read anything again.
  parts.readings.calls.keep(textOf(request), read);
}

async function verifyToken(
  parts: SettlementParts,
  request: SettlementRequest,
  asked: FacilitatorRequest,
  known: Partial<Failure>,
): Promise<ReadCall> {
  const token = readCallToken(parts, asked);
  known.payer = token.sub;
  const { fresh_id, deadline } = request;
  const credential = await payeeCredential(parts, callerOf(request), token, deadline);
  const query: Extract<Query, { type: 'query.redemption' }> = {
    type: 'query.redemption',
    org: token.org,
    credential,
    fresh_id,
    deadline,
    payment_id: token.jti,
    terms_hash: token.terms,
    amount: asked.amount,
  };
  expectKind(await parts.owners.send(token.org, query), 'redemption');
  return { asked, token };
}

async function verifySigned(
  parts: SettlementParts,
  request: SettlementRequest,
  asked: FacilitatorRequest,
  known: Partial<Failure>,
): Promise<ReadCall> {
  const transfer = await readSignedTransfer(parts, request, asked, known);
  expectKind(await parts.owners.send(transfer.org, { type: 'query.signed_transfer', ...transfer }), 'signed_transfer');
  return { asked };
}
