import {
  agentChain,
  agentWallet,
  organizationOf,
  walletKind,
  walletName,
  walletOwner,
  type Asset,
  type Wallet,
} from '#domain';
import type { OwnerAnswer, WalletView } from '#contracts';
import { pageAfter } from './page.js';
import { refused, type QuestionContext } from './question.js';

/** Answers with at most this many wallets where the question names no limit. */
const WALLETS_MAXIMUM = 1_000;

/** A page of the book's wallets in order of their ids, for an org key; of its own and its descendants' for an agent's token. */
export function walletsAnswer({ book, actor }: QuestionContext, limit = WALLETS_MAXIMUM, after?: string): OwnerAnswer {
  if (actor.kind === 'session')
    return refused({ code: 'role_not_allowed', scope: { kind: 'session', id: actor.session.id } });
  const org = organizationOf(book)?.id ?? '';
  const visible = actor.kind === 'agent' ? ownWallets(actor.agent.id) : book.wallets.values();
  const { page, more } = pageAfter(visible, after, limit);
  return { kind: 'wallets', wallets: page.map((wallet) => walletView(wallet, org)), ...(more ? { more } : {}) };

  function* ownWallets(agentId: string): Iterable<Wallet> {
    for (const wallet of book.wallets.values()) if (isOwn(walletView(wallet, org), agentId)) yield wallet;
  }

  function isOwn(view: WalletView, agentId: string): boolean {
    if (view.owner.kind !== 'agent') return false;
    return agentChain(book, view.owner.id).some(
      (agent) => agent.id === agentId && view.wallet_id === agentWallet(view.owner.id, view.asset as Asset),
    );
  }
}

function walletView(wallet: Wallet, org: string): WalletView {
  const name = walletName(wallet.id);
  return {
    wallet_id: wallet.id,
    kind: walletKind(wallet.id, org),
    ...(name === undefined ? {} : { name }),
    owner: walletOwner(wallet.id, org),
    asset: wallet.asset,
    available: wallet.available.toString(),
    held: wallet.held.toString(),
  };
}
