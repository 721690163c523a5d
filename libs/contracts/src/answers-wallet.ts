import type { Asset, BookEvent } from '#domain';
import { decimal, isoTime } from './answers-money.js';
import type { WalletView } from './wire.js';

/**
 * The answer to a top-up, whichever of wallet, session or agent it named. Money as decimal strings. `asset` is that of the
 * request: the event of a raised session does not repeat its session's.
 */
export function renderTopUp(event: BookEvent, position: string, asset: Asset) {
  const { target, amount, topup_id, reference } = topUpOf(event);
  return {
    topup_id,
    ...target,
    amount: decimal(amount, asset),
    currency: asset,
    reference: reference ?? null,
    recorded_at: isoTime(event.time),
    position,
  };
}

interface RecordedTopUp {
  target: { wallet_id: string } | { session_id: string } | { agent_id: string };
  amount: string;
  topup_id: string;
  reference?: string;
}

function topUpOf(event: BookEvent): RecordedTopUp {
  if (event.type === 'wallet.topped_up') return { ...event, target: { wallet_id: event.wallet_id } };
  if (event.type === 'agent.cap_raised') return { ...event, target: { agent_id: event.agent_id } };
  if (event.type === 'session.changed' && event.topup) {
    return { ...event.topup, target: { session_id: event.session_id } };
  }
  throw new Error(`${event.type} is no top-up`);
}

/** The answer to a transfer between wallets of the org, from its event alone (D6). */
export function renderTransfer(event: BookEvent, position: string) {
  if (event.type !== 'wallet.transferred') throw new Error(`${event.type} is no transfer`);
  const { transfer_id, from_wallet_id, to_wallet_id, amount, asset, reason } = event;
  return {
    transfer_id,
    from_wallet_id,
    to_wallet_id,
    amount: decimal(amount, asset),
    currency: asset,
    reason: reason ?? null,
    recorded_at: isoTime(event.time),
    position,
  };
}

export function renderWalletOpened(event: BookEvent, position: string) {
  if (event.type !== 'wallet.opened') throw new Error(`${event.type} opens no wallet`);
  const { wallet_id, kind, name, asset } = event;
  return { wallet_id, kind, name, currency: asset, recorded_at: isoTime(event.time), position };
}

export function renderWallet(view: WalletView) {
  return {
    wallet_id: view.wallet_id,
    kind: view.kind,
    name: view.name ?? null,
    owner: view.owner,
    currency: view.asset,
    available: decimal(view.available, view.asset),
    held: decimal(view.held, view.asset),
  };
}

export type TopUpAnswer = ReturnType<typeof renderTopUp>;
export type TransferAnswer = ReturnType<typeof renderTransfer>;
export type WalletOpenedAnswer = ReturnType<typeof renderWalletOpened>;
export type WalletAnswer = ReturnType<typeof renderWallet>;
