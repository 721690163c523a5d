import { fingerprintOf, fingerprintSource, type SettlementRequest } from '#contracts';
import type { PaymentTransferred } from '#domain';
import type { FacilitatorRequest } from '#x402';
import type { SettlementParts } from '../ports.js';
import { expectKind } from '../refused.js';
import type { Failure } from './facilitator-call.js';
import { readSignedTransfer } from './signed-transfer.js';

/**
 * Pays what an EVM wallet has signed, once. As with a token the same caller with the same Idempotency-Key is answered as before, and
 * anybody else is told that it is a duplicate.
 */
export async function settleSigned(
  parts: SettlementParts,
  request: SettlementRequest,
  asked: FacilitatorRequest,
  known: Partial<Failure>,
): Promise<{ event: PaymentTransferred; position: string; payer: string }> {
  const transfer = await readSignedTransfer(parts, request, asked, known);
  const { subject } = transfer.redeemer;
  const attempted = { payment_id: transfer.terms_hash, step: 'capture' as const, amount: transfer.amount, subject };
  const begun = request.key === undefined ? parts.unanswered.take(attempted) : undefined;
  const attempt = request.key ?? begun ?? request.fresh_id;
  const source = fingerprintSource('payment.transfer_signed', { attempt, ...attempted });
  const fingerprint = fingerprintOf(source);
  const answer = await parts.owners.send(transfer.org, { type: 'payment.transfer_signed', ...transfer, fingerprint });
  if (answer.kind === 'unavailable') {
    const isUnknown = answer.code === 'outcome_unknown';
    // One that goes on stays open until it is decided: "come again later" decides nothing.
    if (isUnknown || begun !== undefined) parts.unanswered.keep(attempted, attempt);
    // Its name if it was paid.
    if (isUnknown) known.payment_id = `pay_${request.fresh_id}`;
  }
  const { event, position } = expectKind(answer, 'recorded');
  if (event.type !== 'payment.transferred') throw new Error(`What was signed is not settled by ${event.type}`);
  return { event, position, payer: known.payer! };
}
