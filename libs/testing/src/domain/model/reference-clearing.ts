import type { Asset } from '#domain';

/** As much of the book and of a payment as is asked about here. */
type Credits = { credits: readonly ReferenceCredit[] };
type Outgoing = { to: string; captured: bigint; arrived?: boolean };

/** The one other org of the model: it pays this one, and is paid by it. */
export const ABROAD = 'org_00000000000070008000000000000002';

/** What another org has paid an agent of this one, or tried to. */
export interface ReferenceCredit {
  /** Of the payment there. */
  id: string;
  /** Absent where it was refused. */
  payee?: string;
  asset: Asset;
  amount: bigint;
  refunded: bigint;
  /** Where its answer stands. */
  sequence: number;
}

/** A refund of a credit, on its way to the other org or there. */
export interface ReferenceReturn {
  id: string;
  credit: string;
  amount: bigint;
  arrived: boolean;
}

export const isAbroad = ({ to }: Pick<Outgoing, 'to'>): boolean => to.startsWith('clearing:out:');

/** Captured, and nobody has said yet what the other org answered. */
export const isInClearing = (payment: Outgoing): boolean =>
  isAbroad(payment) && payment.captured > 0n && payment.arrived === undefined;

/** What credits and their refunds have moved on a wallet. */
export function creditedTo(book: Credits, wallet: string): bigint {
  let sum = 0n;
  for (const { payee, asset, amount, refunded } of book.credits) {
    if (payee === undefined) continue;
    if (wallet === `wal_${payee.slice(4)}_${asset.toLowerCase()}`) sum += amount - refunded;
    if (wallet === `clearing:in:${asset}`) sum -= amount - refunded;
  }
  return sum;
}

export function creditedWallets(book: Credits): string[] {
  return book.credits.flatMap(({ payee, asset }) =>
    payee === undefined ? [] : [`wal_${payee.slice(4)}_${asset.toLowerCase()}`, `clearing:in:${asset}`],
  );
}
