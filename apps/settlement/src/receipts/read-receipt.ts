import {
  paymentOfReceipt,
  RECEIPT_TYPE,
  receiptId,
  renderReceipt,
  type PaymentSurroundings,
  type ProvenEvent,
  type RecordedEvent,
  type SettlementAnswer,
  type SettlementCaller,
  type SettlementRequest,
} from '#contracts';
import { callerOf, queryHeader } from '../owners/command-header.js';
import type { ReceiptLog, SettlementParts } from '../ports.js';
import { done, expectKind, refuse } from '../refused.js';

/**
 * `GET /v1/receipts/{id}`: made and signed when it is read, from committed facts alone, so that it is the same whenever it is
 * read and whichever replica answers. The owner says who may read it: whoever may read the payment.
 */
export async function readReceipt(parts: ReceiptParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const receipt_id = request.parameters?.['id'] ?? '';
  const scope = { kind: 'receipt', id: receipt_id };
  const payment_id = paymentOfReceipt(receipt_id) ?? refuse('receipt_not_found', { scope });
  return done(await receiptOf(parts, callerOf(request), payment_id, request.deadline));
}

type ReceiptParts = Pick<SettlementParts, 'owners' | 'log' | 'keys' | 'issuer'>;

/**
 * The receipt of a payment, signed, for a caller that may read it; throws the refusal where it may not. As of the first event that
 * `isLast` says, where that is given: what happened later is not in it.
 */
export async function receiptOf(
  { owners, log, keys, issuer }: ReceiptParts,
  caller: SettlementCaller,
  payment_id: string,
  deadline: number,
  isLast: (recorded: RecordedEvent) => boolean = () => false,
) {
  const scope = { kind: 'receipt', id: receiptId(payment_id) };
  const query = { type: 'query.payment' as const, ...queryHeader(caller, deadline), payment_id };
  const answer = await owners.send(caller.org, query);
  if (answer.kind === 'refused' && answer.refusal.code === 'payment_not_found') refuse('receipt_not_found', { scope });
  const { events, session_path, on_behalf_of } = expectKind(answer, 'payment');
  const end = events.findIndex(isLast);
  const proven = await withHashes(log, payment_id, end < 0 ? events : events.slice(0, end + 1));
  if (proven.length === 0) refuse('receipt_not_found', { scope });
  return signedReceipt({ keys, issuer }, proven, { session_path, on_behalf_of });
}

/** The receipt of what is given of a payment: its first event and its last, and all between them that a receipt tells of. */
export function signedReceipt(
  { keys, issuer }: Pick<ReceiptParts, 'keys' | 'issuer'>,
  proven: readonly ProvenEvent[],
  surroundings: PaymentSurroundings,
) {
  const claims = renderReceipt(proven, surroundings, issuer);
  return Object.assign(claims, { jws: keys.sign(claims, RECEIPT_TYPE, proven.at(-1)!.event.time) });
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
