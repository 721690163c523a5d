import type { NamedWalletKind } from './events.js';
import type { Asset } from './money.js';
import type { Payee } from './parties.js';

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
  return 'service' in payee ? serviceWallet(payee.service, asset) : agentWallet(payee.agent_id, asset);
}

/** The wallet that an org has opened by a name. */
export function namedWallet(kind: NamedWalletKind, name: string, asset: Asset): string {
  return `${kind}:${name}:${asset}`;
}

export function isNamedWallet(walletId: string): boolean {
  return walletId.startsWith('escrow:') || walletId.startsWith('fees:');
}

/** Wallets of the org's own, from which a session may be funded: the treasury, agents' wallets and those opened by name. */
export function mayFundSessions(walletId: string): boolean {
  return walletId.startsWith('wal_') || isNamedWallet(walletId);
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
  if (isNamedWallet(walletId)) return { kind: 'organization', id: org };
  if (walletId.startsWith('clearing:')) return { kind: 'clearing', id: walletId.split(':')[1]! };
  const hex = walletId.slice(4, walletId.lastIndexOf('_'));
  return hex === hexOf(org) ? { kind: 'organization', id: org } : { kind: 'agent', id: `agt_${hex}` };
}

export type WalletKind = 'treasury' | 'agent' | 'service' | 'clearing' | 'external' | NamedWalletKind;

export function walletKind(walletId: string, org: string): WalletKind {
  if (isNamedWallet(walletId)) return walletId.startsWith('escrow:') ? 'escrow' : 'fees';
  const { kind } = walletOwner(walletId, org);
  return kind === 'organization' ? 'treasury' : kind;
}

/** The name under which a wallet was opened; undefined for those that follow from their owner. */
export function walletName(walletId: string): string | undefined {
  return isNamedWallet(walletId) ? walletId.slice(walletId.indexOf(':') + 1, walletId.lastIndexOf(':')) : undefined;
}

/** Only the outside and clearing may stand below zero. */
export function mayBeNegative(walletId: string): boolean {
  return walletId.startsWith('external:') || walletId.startsWith('clearing:');
}
