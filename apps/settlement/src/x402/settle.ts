import { receiptId, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { RedeemPayment } from '#domain';
import type { FacilitatorRequest } from '#x402';
import { callerOf } from '../owners/command-header.js';
import { credentialFirst } from '../owners/credential-first.js';
import type { SettlementParts } from '../ports.js';
import { textOf } from '../requests.js';
import { fail, isCallFailed, readCall, readCallToken, type Failure } from './facilitator-call.js';
import { failureOf } from './failures.js';
import type { ReadCall } from './readings.js';
import { redeem, type Redeemed } from './redemption.js';
import type { Settled } from './settled.js';
import { settleSigned } from './settle-signed.js';
import { isSigned } from './signed-transfer.js';
import { isOnEvm, transactionOf } from './transaction.js';

/**
 * `POST /x402/settle`: ends the hold that the payload's token names, or in the flow `escrow` takes its next step; or pays what the
 * payer's wallet has signed.
 */
export async function settlePayment(parts: SettlementParts, request: SettlementRequest): Promise<SettlementAnswer> {
  const known: Partial<Failure> = {};
  try {
    callerOf(request);
    const settling = () => settleAsked(parts, request, known);
    const { asked, event, position, payer } = await credentialFirst(parts, request, settling, isCallFailed);
    const { payment_id } = event;
    parts.cataloguer.note(asked, event);
    const body = {
      success: true,
      transaction: transactionOf(payment_id, isOnEvm(asked)),
      network: asked.network,
      payer,
      amount: movedBy(event),
      extra: { payment_id, status: STATUS[event.type], receipt_id: receiptId(payment_id), position },
    };
    return { kind: 'done', outcome: 'ok', body: JSON.stringify(body) };
  } catch (thrown) {
    return failed(failureOf(thrown, known));
  }
}

async function settleAsked(
  parts: SettlementParts,
  request: SettlementRequest,
  known: Partial<Failure>,
): Promise<{ asked: FacilitatorRequest; event: Settled; position: string; payer: string }> {
  // What verifying lets pass, settling lets pass too.
  const { asked, token } = parts.readings.calls.take(textOf(request)) ?? { asked: readCall(parts, request, 'settle') };
  known.network = asked.network;
  if (isOnEvm(asked)) known.on_evm = true;
  if (isSigned(asked)) return { asked, ...(await settleSigned(parts, request, asked, known)) };
  return {
    asked,
    ...(await settleToken(parts, request, { asked, token: token ?? readCallToken(parts, asked) }, known)),
  };
}

/** Ends the hold that the payload's token names. */
async function settleToken(
  parts: SettlementParts,
  request: SettlementRequest,
  { asked, token }: Required<ReadCall>,
  known: Partial<Failure>,
): Promise<Redeemed & { payer: string }> {
  known.payer = token.sub;
  known.payment_id = token.jti;
  const step = stepOf(asked);
  const amount = step === 'capture' ? asked.amount : undefined;
  return { payer: token.sub, ...(await redeem(parts, request, token, { step, amount, key: request.key })) };
}

const STATUS = {
  'payment.transferred': 'captured',
  'payment.captured': 'captured',
  'payment.dispatched': 'held',
  'payment.voided': 'released',
} as const satisfies Record<Settled['type'], string>;

function movedBy(event: Settled): string {
  if (event.type === 'payment.captured') return event.captured;
  return event.type === 'payment.voided' ? '0' : event.amount;
}

/**
 * In the flow `escrow` the scheme's plug-in of the server says which step is meant (`payload.type`). Elsewhere the payload is the
 * payer's alone, who would else be served for a step that moves nothing; there an amount of 0, which the server asks for, releases.
 */
function stepOf({ flow, scheme, amount, payload, network }: FacilitatorRequest): RedeemPayment['step'] {
  if (flow !== 'escrow') return scheme === 'exact' && amount === 0n ? 'release' : 'capture';
  switch (payload['type']) {
    case 'authorize':
      return 'confirm';
    case 'capture':
      return 'capture';
    case 'void':
      return 'release';
    default:
      return fail('invalid_payload', 'payload.type must be authorize, capture or void in the flow escrow', { network });
  }
}

/** `transaction` and `network` stand there on failure too, else the published servers answer 502. */
function failed(failure: Failure): SettlementAnswer {
  const { reason, message, outcome, payment_id, payer, network, on_evm, retry_after_ms } = failure;
  const body = {
    success: false,
    errorReason: reason,
    errorMessage: message,
    transaction: payment_id !== undefined && NAMES_IT.has(reason) ? transactionOf(payment_id, on_evm === true) : '',
    network: network ?? '',
    payer,
  };
  const is_unknown = reason === 'settlement_pending' ? ({ is_unknown: true } as const) : {};
  return { kind: 'done', outcome, body: JSON.stringify(body), ...is_unknown, retry_after_ms };
}

/** The payment stands, or may stand: its id leads to what became of it. */
const NAMES_IT: ReadonlySet<string> = new Set(['duplicate_settlement', 'settlement_pending']);
