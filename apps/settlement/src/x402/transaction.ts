import type { FacilitatorRequest } from '#x402';

/** Whether transactions of the request's network are named as on an EVM chain. */
export function isOnEvm({ asset }: Pick<FacilitatorRequest, 'asset'>): boolean {
  return asset.token !== undefined;
}

/** A payment as the network of its asset names transactions: on an EVM network by 32 bytes, the latter half of which are zeros. */
export function transactionOf(paymentId: string, onEvm: boolean): string {
  return onEvm ? `0x${paymentId.replace(/^pay_/, '')}${'0'.repeat(32)}` : paymentId;
}

/** The payment that a `transaction` of a settle answer names: its id, or the hash-shaped form of it that EVM clients are given. */
export function paymentOfTransaction(transaction: string): string | undefined {
  if (/^pay_[0-9a-f]{32}$/.test(transaction)) return transaction;
  const [, id] = /^0x([0-9a-f]{32})0{32}$/.exec(transaction) ?? [];
  return id === undefined ? undefined : `pay_${id}`;
}
