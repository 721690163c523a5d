import type { OwnerAnswer } from '#contracts';
import {
  paymentDetails,
  type Book,
  type CreditClearing,
  type OpenClearing,
  type OpenReturn,
  type ReturnClearing,
  type SettleClearing,
  type SettleReturn,
} from '#domain';

/** One sum on its way from a book here to another: what is asked there, and what the answer means here. */
export interface Journey {
  /** Of the payment or the refund. */
  id: string;
  ask(fresh_id: string): CreditClearing | ReturnClearing;
  /** Undefined where the outcome is not known, and has to be asked for again. */
  ending(answer: OwnerAnswer, fresh_id: string): SettleClearing | SettleReturn | undefined;
  isOpen(): boolean;
}

const OWNER = { subject: 'owner', proven_by: 'owner' } as const;

/** All that is on its way from a book, as its fold says: payments to other orgs, and refunds of payments from them. */
export function* journeysFrom(org: string, book: Book): Generator<Journey> {
  for (const clearing of book.clearings.values()) yield paymentJourney(org, clearing, book);
  for (const one of book.returns.values()) yield refundJourney(org, one, book);
}

function paymentJourney(org: string, clearing: OpenClearing, book: Book): Journey {
  const { id } = clearing;
  return {
    id,
    ask: (fresh_id) => creditOf(org, clearing, fresh_id),
    ending(answer, fresh_id) {
      const outcome = outcomeOf(answer);
      return outcome && { type: 'clearing.settle', org, credential: OWNER, fresh_id, payment_id: id, outcome };
    },
    isOpen: () => book.clearings.get(id) !== undefined,
  };
}

function creditOf(org: string, clearing: OpenClearing, fresh_id: string): CreditClearing {
  const { payee, payer, asset, request_id, authorized_at } = paymentDetails(clearing.details);
  if (!('payee_org' in payee)) throw new Error(`${clearing.id} is paid to nobody in another book`);
  return {
    type: 'clearing.credit',
    org: payee.payee_org,
    credential: OWNER,
    fresh_id,
    // Callers' keys may not hold this sign.
    key: `§credit:${org}:${clearing.id}`,
    fingerprint: '',
    source: { source_org: org, payment: clearing.id, handle: payer.handle },
    payee: payee.handle,
    amount: clearing.amount,
    asset,
    ...(request_id === undefined ? {} : { request_id, payer_id: payer.agent_id, authorized_at }),
  };
}

function outcomeOf(answer: OwnerAnswer): SettleClearing['outcome'] | undefined {
  if (answer.kind === 'recorded' && answer.event.type === 'clearing.credited') return { credited: answer.event.payee };
  if (answer.kind === 'recorded' && answer.event.type === 'clearing.refused')
    return { refused: answer.event.decline.code };
  // A book that does not exist records nothing; nothing was credited, and whoever asks later finds the payment reversed.
  if (answer.kind === 'refused' && answer.refusal.code === 'organization_not_found')
    return { refused: answer.refusal.code };
  return undefined;
}

function refundJourney(org: string, open: OpenReturn, book: Book): Journey {
  const { id, payment_id, payer_org, payee, amount, asset, reason } = open;
  return {
    id,
    ask: (fresh_id) => ({
      type: 'clearing.return',
      org: payer_org,
      credential: OWNER,
      fresh_id,
      key: `§refund:${org}:${id}`,
      fingerprint: '',
      payment_id,
      payee_org: org,
      payee,
      refund_id: id,
      amount,
      asset,
      ...(reason === undefined ? {} : { reason }),
    }),
    ending(answer, fresh_id) {
      const isTaken = answer.kind === 'recorded' && answer.event.type === 'payment.refunded';
      return isTaken ? { type: 'clearing.settle_return', org, credential: OWNER, fresh_id, refund_id: id } : undefined;
    },
    isOpen: () => book.returns.get(id) !== undefined,
  };
}
