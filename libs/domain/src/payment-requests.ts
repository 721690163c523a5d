import type { RequestOpened } from './events/index.js';
import type { Asset } from './money.js';
import type { RequestPayer } from './parties.js';

/** A payment request that nobody has paid, taken back or turned down; it may be over by time (D5). */
export interface OpenRequest {
  id: string;
  payee: { agent_id: string; handle: string };
  payer: RequestPayer;
  amount: bigint;
  asset: Asset;
  category?: string;
  expires_at?: number;
}

/** How many open ones a payee may have, so that what is kept in memory has a bound. */
export const OPEN_REQUESTS_MAXIMUM = 1_000;

const REQUEST = /^req_[0-9a-f]{32}$/;

/** Whether a payment's `request_id` names a payment request; anything else is the caller's own text. */
export function isPaymentRequestId(requestId: string | undefined): requestId is string {
  return requestId !== undefined && REQUEST.test(requestId);
}

/** A request as its first event tells it. */
export function openRequestOf(event: RequestOpened): OpenRequest {
  const { request_id: id, payee, payer, amount, asset, category, expires_at } = event;
  return {
    id,
    payee,
    payer,
    amount: BigInt(amount),
    asset,
    ...(category === undefined ? {} : { category }),
    ...(expires_at === undefined ? {} : { expires_at }),
  };
}

export function isOver({ expires_at }: Pick<OpenRequest, 'expires_at'>, time: number): boolean {
  return expires_at !== undefined && time >= expires_at;
}
