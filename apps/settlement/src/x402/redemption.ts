import { fingerprintOf, fingerprintSource, type SettlementRequest } from '#contracts';
import type { PaymentEvent, RedeemPayment } from '#domain';
import { callerOf } from '../owners/command-header.js';
import { payeeCredential } from '../owners/payee-credential.js';
import type { SettlementParts } from '../ports.js';
import { expectKind } from '../refused.js';
import { fail } from './facilitator-call.js';
import type { PaymentToken } from './token-claims.js';

export interface Redeemed {
  event: Extract<PaymentEvent, { type: 'payment.captured' | 'payment.dispatched' | 'payment.voided' }>;
  position: string;
}

/**
 * The one way in which a token ends its hold, whatever door it came by. The same caller with the same Idempotency-Key is answered
 * as before; anybody else, and the same caller without a key, is told that it is a duplicate. `attempt` names the try where its
 * first answer was that the outcome is not known.
 */
export async function redeem(
  parts: SettlementParts,
  request: SettlementRequest,
  token: PaymentToken,
  asked: { step: RedeemPayment['step']; amount?: bigint; key: string | undefined },
): Promise<Redeemed> {
  const { fresh_id, deadline } = request;
  const { step, amount } = asked;
  const credential = await payeeCredential(parts, callerOf(request), token, deadline);
  const pending = { payment_id: token.jti, step, amount, subject: credential.subject };
  const begun = asked.key === undefined ? parts.unanswered.take(pending) : undefined;
  const attempt = asked.key ?? begun ?? fresh_id;
  const command: RedeemPayment = {
    org: token.org,
    credential,
    fresh_id,
    fingerprint: fingerprintOf(fingerprintSource('payment.redeem', { attempt, ...pending })),
    deadline,
    type: 'payment.redeem',
    payment_id: token.jti,
    step,
    terms_hash: token.terms,
    amount,
  };
  const answer = await parts.owners.send(token.org, command);
  // One that goes on stays open until it is decided: "come again later" decides nothing.
  if (answer.kind === 'unavailable' && (answer.code === 'outcome_unknown' || begun !== undefined))
    parts.unanswered.keep(pending, attempt);
  const { event, position } = expectKind(answer, 'recorded');
  if (event.type === 'payment.captured' || event.type === 'payment.dispatched' || event.type === 'payment.voided')
    return { event, position };
  return fail('payment_expired', 'the hold has expired');
}
