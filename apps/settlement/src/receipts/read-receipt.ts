import {
  paymentOfReceipt,
  RECEIPT_TYPE,
  renderReceipt,
  type ProvenEvent,
  type RecordedEvent,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { callerOf, queryHeader } from '../owners/command-header.js';
import type { ReceiptLog, SettlementParts } from '../ports.js';
import { done, expectKind, refuse } from '../refused.js';

/**
 * `GET /v1/receipts/{id}`: made and signed when it is read, from committed facts alone, so that it is the same whenever it is
 * read and whichever replica answers. The owner says who may read it: whoever may read the payment.
 */
export async function readReceipt(
  { owners, log, keys, issuer }: Pick<SettlementParts, 'owners' | 'log' | 'keys' | 'issuer'>,
  request: SettlementRequest,
): Promise<SettlementAnswer> {
  const caller = callerOf(request);
  const receipt_id = request.parameters?.['id'] ?? '';
  const scope = { kind: 'receipt', id: receipt_id };
  const payment_id = paymentOfReceipt(receipt_id) ?? refuse('receipt_not_found', { scope });
  const query = { ...queryHeader(caller, request.deadline), type: 'query.payment' as const, payment_id };
  const answer = await owners.send(caller.org, query);
  if (answer.kind === 'refused' && answer.refusal.code === 'payment_not_found') refuse('receipt_not_found', { scope });
  const { events, session_path, on_behalf_of } = expectKind(answer, 'payment');
  const proven = await withHashes(log, payment_id, events);
  const last = proven.at(-1) ?? refuse('receipt_not_found', { scope });
  const claims = renderReceipt(proven, { session_path, on_behalf_of }, issuer);
  return done({ ...claims, jws: keys.sign(claims, RECEIPT_TYPE, last.event.time) });
}

async function withHashes(
  log: Pick<ReceiptLog, 'loadFacts'>,
  payment_id: string,
  events: readonly RecordedEvent[],
): Promise<ProvenEvent[]> {
  const { payments } = await log.loadFacts({ keys: [], payments: [payment_id] });
  const hashes = new Map(payments[0]?.map((one) => [`${one.partition}:${one.position}`, one.hash.toString('hex')]));
  return events.map(({ event, position }) => {
    const event_hash = hashes.get(position);
    // Fail closed: what the log does not hold is not signed.
    if (event_hash === undefined) throw new Error(`The log has nothing of ${payment_id} at ${position}`);
    return { event, position, event_hash };
  });
}
