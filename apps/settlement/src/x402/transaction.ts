/** The payment that a `transaction` of a settle answer names: its id, or the hash-shaped form of it that EVM clients are given. */
export function paymentOfTransaction(transaction: string): string | undefined {
  if (/^pay_[0-9a-f]{32}$/.test(transaction)) return transaction;
  const [, id] = /^0x([0-9a-f]{32})0{32}$/.exec(transaction) ?? [];
  return id === undefined ? undefined : `pay_${id}`;
}
