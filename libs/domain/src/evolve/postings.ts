import type { Posting } from '../events/index.js';
import type { BookState } from '../state/index.js';

/** Balances are folds of postings (D7). */
export function applyPostings(state: BookState, postings: readonly Posting[]): void {
  for (const posting of postings) {
    const amount = BigInt(posting.amount);
    move(state, posting.debit, -amount, posting);
    move(state, posting.credit, amount, posting);
  }
}

function move(state: BookState, account: string, amount: bigint, posting: Posting): void {
  const held = account.endsWith(':held');
  const id = held ? account.slice(0, -5) : account;
  const known = state.wallets.edit(id);
  const wallet = known ?? { id, asset: posting.asset, available: 0n, held: 0n };
  if (wallet.asset !== posting.asset) throw new Error(`posting of ${posting.asset} on a wallet of ${wallet.asset}`);
  if (held) wallet.held += amount;
  else wallet.available += amount;
  if (!known) state.wallets.set(id, wallet);
}
