import { agentChain, agentWallet, walletOwner, type Asset, type Wallet } from '#domain';
import type { OwnerAnswer, WalletView } from '#contracts';
import { refused, type QuestionContext } from './question.js';

/** Answers with at most this many wallets; agents' own and services' come as they were first used. */
const WALLETS_MAXIMUM = 1_000;

/** All wallets of the book for an org key; its own and its descendants' for an agent's token. */
export function walletsAnswer({ book, actor, partition }: QuestionContext): OwnerAnswer {
  if (actor.kind === 'session')
    return refused({ code: 'role_not_allowed', scope: { kind: 'session', id: actor.session.id } });
  const org = [...partition.books].find(([, owned]) => owned.base === book)?.[0] ?? '';
  const wallets: WalletView[] = [];
  for (const wallet of book.wallets.values()) {
    const view = walletView(wallet, org);
    if (actor.kind === 'agent' && !isOwn(view, actor.agent.id)) continue;
    if (wallets.push(view) === WALLETS_MAXIMUM) break;
  }
  return { kind: 'wallets', wallets };

  function isOwn(view: WalletView, agentId: string): boolean {
    if (view.owner.kind !== 'agent') return false;
    return agentChain(book, view.owner.id).some(
      (agent) => agent.id === agentId && view.wallet_id === agentWallet(view.owner.id, view.asset as Asset),
    );
  }
}

function walletView(wallet: Wallet, org: string): WalletView {
  return {
    wallet_id: wallet.id,
    owner: walletOwner(wallet.id, org),
    asset: wallet.asset,
    available: wallet.available.toString(),
    held: wallet.held.toString(),
  };
}
