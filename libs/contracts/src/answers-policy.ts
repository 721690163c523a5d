import { formatAmount, type Asset, type Decline } from '#domain';
import { isoTime } from './answers-money.js';
import { declineFields } from './errors-problem.js';

/** A recorded payment that the draft would have decided otherwise. */
export interface OtherwiseDecided {
  payment_id: string;
  agent_id: string;
  amount: string;
  asset: Asset;
  decided_at: number;
  decline: Decline;
}

export function renderOtherwiseDecided({ payment_id, agent_id, amount, asset, decided_at, decline }: OtherwiseDecided) {
  return {
    payment_id,
    agent_id,
    amount: formatAmount(BigInt(amount), asset),
    currency: asset,
    decided_at: isoTime(decided_at),
    decline: declineFields(decline),
  };
}
