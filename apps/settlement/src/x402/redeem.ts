import {
  receiptId,
  redeemTokenSchema,
  unitsOf,
  type RecordedEvent,
  type RedeemTokenRequest,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { formatUnits } from '#domain';
import { callerOf } from '../owners/command-header.js';
import { credentialFirst } from '../owners/credential-first.js';
import type { SettlementParts } from '../ports.js';
import { receiptOf } from '../receipts/read-receipt.js';
import { Answered, done, refuse } from '../refused.js';
import { keyOf, readBody } from '../requests.js';
import { CallFailed } from './facilitator-call.js';
import { readToken } from './payment-token.js';
import type { PaymentToken } from './token-claims.js';
import { redeem, type Redeemed } from './redemption.js';

/** `POST /v1/payments/x402/redeem`: the payee takes what a token holds, once. For sellers without an x402 server. */
export function redeemToken(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  return credentialFirst(parts, request, () => takeHeld(parts, request));
}

async function takeHeld(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const caller = callerOf(request);
  const body = readBody(request, redeemTokenSchema);
  const read = readToken(parts, body.payment_token);
  if (!read.ok) refuse('payment_token_invalid', { problems: [{ field: 'payment_token', message: read.reason }] });
  const { token } = read;
  requireAgreement(token, body);
  try {
    const key = keyOf(request, body.idempotency_key);
    const asked = { step: 'capture', amount: BigInt(token.amount), key } as const;
    const redeemed = await redeem(parts, request, token, asked);
    const receipt = caller.org === token.org ? await receiptIfAny(parts, request, redeemed) : null;
    return done({ ...answerOf(redeemed), receipt });
  } catch (thrown) {
    if (!(thrown instanceof CallFailed)) throw thrown;
    return refuse('hold_expired', { scope: { kind: 'payment', id: token.jti } });
  }
}

/** The money has moved: want of a receipt is no failure, since it can be read at any time. Another org's comes with its credit. */
async function receiptIfAny(parts: SettlementParts, request: SettlementRequest, { event, position }: Redeemed) {
  try {
    const isThis = (recorded: RecordedEvent): boolean => recorded.position === position;
    return await receiptOf(parts, callerOf(request), event.payment_id, request.deadline, isThis);
  } catch (thrown) {
    if (thrown instanceof Answered) return null;
    throw thrown;
  }
}

/** What the seller asked for must be what the token was given for. */
function requireAgreement(token: PaymentToken, body: RedeemTokenRequest): void {
  const asset = body.currency ?? 'USD';
  const differs = (field: string): never =>
    refuse('payment_token_invalid', { problems: [{ field, message: 'is not what the token was given for' }] });
  if (asset !== token.asset) differs('currency');
  const amount = unitsOf(body.amount, asset, 1);
  if ('message' in amount) refuse('body_invalid', { problems: [{ field: 'amount', message: amount.message }] });
  if (amount.units.toString() !== token.amount) differs('amount');
  if (body.nonce !== undefined && body.nonce !== token.nonce) differs('nonce');
}

/** Nothing of the payer's org but the payer: who redeems may be of another org. */
function answerOf({ event, position }: Redeemed) {
  const { payment_id, asset, payer, payee, protocol, time } = event;
  const captured = event.type === 'payment.captured' ? event.captured : '0';
  return {
    payment_id,
    status: 'captured',
    amount_captured: formatUnits(captured, asset),
    currency: asset,
    payer: { agent_id: payer.agent_id, handle: payer.handle },
    payee,
    protocol,
    recorded_at: new Date(time).toISOString(),
    receipt_id: receiptId(payment_id),
    position,
  };
}
