import type { PaymentFlow, Scheme } from '#x402';

/** A real resource server that sells. */
export interface Shop {
  url: string;
  /** How often its handlers ran. */
  served(): number;
  close(): void;
}

/** What every shop sells, for $0.01 at most. */
export const routes: Readonly<Record<string, { scheme: Scheme; flow: PaymentFlow; fails?: true }>> = {
  '/authorization': { scheme: 'exact', flow: 'authorization' },
  '/upfront': { scheme: 'exact', flow: 'upfront' },
  '/escrow': { scheme: 'exact', flow: 'escrow' },
  '/metered': { scheme: 'upto', flow: 'authorization' },
  '/metered-escrow': { scheme: 'upto', flow: 'escrow' },
  '/failing': { scheme: 'exact', flow: 'authorization', fails: true },
  '/failing-metered': { scheme: 'upto', flow: 'authorization', fails: true },
  '/failing-upfront': { scheme: 'exact', flow: 'upfront', fails: true },
  '/failing-escrow': { scheme: 'exact', flow: 'escrow', fails: true },
};
export const NETWORK = 'ledger:main';
/** What the metered routes really cost, in atomic units. */
export const METERED = '4000';
export const PRICE = '$0.01';
