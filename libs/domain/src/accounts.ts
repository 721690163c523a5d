import type { Payee } from './events.js';
import type { Asset } from './money.js';

/** Wallet ids follow from their owner and asset, so that a wallet exists as soon as money first reaches it. */
export function hexOf(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}

export function treasuryWallet(org: string, asset: Asset): string {
  return `wal_${hexOf(org)}_${asset.toLowerCase()}`;
}

export function agentWallet(agentId: string, asset: Asset): string {
  return `wal_${hexOf(agentId)}_${asset.toLowerCase()}`;
}

export function serviceWallet(service: string, asset: Asset): string {
  return `service:${service}:${asset}`;
}

/** Where a payee is paid. */
export function walletOfPayee(payee: Payee, asset: Asset): string {
  if ('payee_org' in payee) return clearingWallet('out', asset);
  return 'service' in payee ? serviceWallet(payee.service, asset) : agentWallet(payee.agent_id, asset);
}

/** Where money comes from when a wallet is topped up; it runs below zero by what was ever brought in. */
export function externalWallet(asset: Asset): string {
  return `external:${asset}`;
}

/** Money on its way to another book (D15). */
export function clearingWallet(direction: 'in' | 'out', asset: Asset): string {
  return `clearing:${direction}:${asset}`;
}

/** The account of money that is held on a wallet. */
export function heldAccount(walletId: string): string {
  return `${walletId}:held`;
}

export type WalletOwner = { kind: 'organization' | 'agent' | 'service' | 'clearing' | 'external'; id: string };

export function walletOwner(walletId: string, org: string): WalletOwner {
  if (walletId.startsWith('service:')) return { kind: 'service', id: walletId.slice(8, walletId.lastIndexOf(':')) };
  if (walletId.startsWith('external:')) return { kind: 'external', id: 'external' };
  if (walletId.startsWith('clearing:')) return { kind: 'clearing', id: walletId.split(':')[1]! };
  const hex = walletId.slice(4, walletId.lastIndexOf('_'));
  return hex === hexOf(org) ? { kind: 'organization', id: org } : { kind: 'agent', id: `agt_${hex}` };
}

/** Only the outside and clearing may stand below zero. */
export function mayBeNegative(walletId: string): boolean {
  return walletId.startsWith('external:') || walletId.startsWith('clearing:');
}
