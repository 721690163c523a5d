/** How one resource was paid: scheme, network, asset, payee and amount, as its wire has them. */
export type PaymentTerms = Readonly<Record<string, unknown>>;

/** What is written of a resource when a payment for it has settled. */
export interface SettledResource {
  org: string;
  resource: string;
  /** What tells resources of one address apart: the method, or the name of the tool. */
  variant: string;
  type: 'http' | 'mcp';
  x402_version: 1 | 2;
  accepts: PaymentTerms;
  /** All else that is listed, as the text of a JSON object. */
  details: string;
  /** By which it is found. */
  words: string;
  /** Of the org, as it was asked just now. */
  takes_foreign_payments: boolean;
  /** Milliseconds since the epoch. */
  settled_at: number;
}

/** A resource as it is listed. */
export interface PaidResource {
  id: number;
  org: string;
  resource: string;
  type: 'http' | 'mcp';
  x402_version: 1 | 2;
  accepts: PaymentTerms[];
  details: string;
  settled_at: number;
}

/** Who asks, and for what. */
export interface ResourceQuery {
  /** Sees all of its own resources, and of others the open ones. */
  org: string;
  /** Orgs that nothing is shown of all the same. */
  withheld: readonly string[];
  type?: string | undefined;
  /** Fields of terms: one and the same entry of `accepts` has all of them. */
  terms: Readonly<Record<string, string>>;
  limit: number;
}

/** The ways to pay that a resource is listed with, the newest first: one for each scheme on a network with an asset. */
export function mergedTerms(settled: PaymentTerms, known: readonly PaymentTerms[]): PaymentTerms[] {
  const same = (one: PaymentTerms): boolean => KIND.every((name) => one[name] === settled[name]);
  return [settled, ...known.filter((one) => !same(one))].slice(0, TERMS_MAXIMUM);
}

const KIND = ['scheme', 'network', 'asset'];
const TERMS_MAXIMUM = 4;
