import { PostgresDiscoveryStore } from '#event-log';
import { fitsListing, isEvmAddress } from '#x402';
import { readPayee } from '../x402/payee.js';

/**
 * The catalogue, with what settlement knows of terms. Other orgs see what they can pay: the org takes their payments, and all of the
 * terms name a payee whom they can name. A handle alone is, in the payer's org, somebody else.
 */
export function openCatalogue(url: string): PostgresDiscoveryStore {
  return new PostgresDiscoveryStore({
    url,
    fits: fitsListing,
    isOpen: ({ takes_foreign_payments }, accepts) =>
      takes_foreign_payments && accepts.every(({ payTo }) => isNamedEverywhere(String(payTo))),
  });
}

function isNamedEverywhere(payTo: string): boolean {
  return isEvmAddress(payTo) || readPayee(payTo)?.org !== undefined;
}
