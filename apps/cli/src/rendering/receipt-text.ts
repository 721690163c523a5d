import type { PaymentItem, ReceiptClaims } from '#client';
import { nameOf } from './approval-text.js';
import { figuresOf } from './problem-text.js';
import { labelsText } from './session-tree.js';
import { fields, table, type Cell } from './table.js';

type Line = readonly [string, Cell];

/** What a receipt says. */
export function receiptText(receipt: ReceiptClaims): string {
  const { currency, decided, recorded } = receipt;
  return fields([
    ['receipt', receipt.receipt_id],
    ['payment', receipt.payment_id],
    ['status', receipt.status],
    ['amount', `${receipt.amount} ${currency}`],
    ...(receipt.book === 'payer' ? payerLines(receipt) : payeeLines(receipt)),
    ['refunded', `${receipt.amount_refunded} ${currency}`],
    ...receipt.refusals.flatMap(({ type, decline }): Line[] => [
      ['refused step', `${type}: ${decline.code}`],
      ...figuresOf(decline),
    ]),
    ['decided', `${receipt.decided_at}, position ${decided.position}, hash ${decided.event_hash}`],
    ['recorded', `${receipt.recorded_at}, position ${recorded.position}, hash ${recorded.event_hash}`],
    ['org', receipt.org],
    ['issuer', receipt.iss],
  ]);
}

export function receiptsTable(receipts: readonly PaymentItem[]): string {
  return table(
    ['receipt', 'status', 'from', 'to', 'amount', 'currency', 'decided at', 'because'],
    receipts.map((each) => [
      each.receipt_id,
      each.status,
      each.payer.handle ?? each.payer.agent_id,
      nameOf(each.payee),
      each.amount,
      each.currency,
      each.decided_at,
      each.decline?.code,
    ]),
  );
}

function payerLines(receipt: Extract<ReceiptClaims, { book: 'payer' }>): Line[] {
  const { currency, decline } = receipt;
  return [
    ['held', `${receipt.amount_held} ${currency}`],
    ['captured', `${receipt.amount_captured} ${currency}`],
    ['from', `${receipt.payer.handle} (${receipt.payer.agent_id})`],
    ['on behalf of', receipt.on_behalf_of && `${receipt.on_behalf_of.handle} (${receipt.on_behalf_of.agent_id})`],
    ['to', nameOf(receipt.payee)],
    ['settlement', receipt.settlement],
    ['protocol', receipt.protocol],
    ['session', receipt.session_path.join(' < ')],
    ['labels', labelsText(receipt.labels)],
    ['category', receipt.category],
    ['request', receipt.request_id],
    ['memo hash', receipt.memo_hash],
    ...(decline ? [['declined', decline.code] as const, ...figuresOf(decline)] : []),
    ['within cap', receipt.within_cap ? 'yes' : 'no'],
    ['policy version', receipt.policy_version],
  ];
}

function payeeLines({ payer, payee, request_id }: Extract<ReceiptClaims, { book: 'payee' }>): Line[] {
  return [
    ['from', `${payer.payer_org}/${payer.handle}`],
    ['to', `${payee.handle} (${payee.agent_id})`],
    ['request', request_id],
  ];
}
