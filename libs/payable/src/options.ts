import type { PaymentFlow, Scheme, SdkPrice } from '#x402';

/** Who is paid, and through which Bursar. */
export interface PayableOptions {
  /** Of Bursar, such as `http://127.0.0.1:8402`. */
  url: string;
  /** Credential of the payee: the agent's own token, or an org key of its org. */
  token: string;
  /** Who is paid: the agent's handle or id; `org_…/<handle>` where payers of other orgs are expected. */
  payTo: string;
  /** An address that the payee has registered, `0x…`: EVM wallets, and clients of x402 v1, can pay then too. */
  address?: string;
  /** How long Bursar is waited for, with all retries. Default: 25,000. */
  deadline_ms?: number;
}

export interface RouteOptions {
  /** `exact`: the price. `upto`: at most the price; the handler says what it was (`paymentOf`). Default: `exact`. */
  scheme?: Scheme;
  /**
   * `authorization` (default): the hold is checked, the handler runs, the money moves. `upfront`: the money moves first. `escrow`: the
   * hold is made firm first, so that it cannot lapse or be taken away while a long handler runs.
   */
  flow?: PaymentFlow;
  description?: string;
  mimeType?: string;
  /** How long a payer may take to come back with the payment, and its hold lives. Default: 60. */
  timeout_seconds?: number;
  /** What is paid for, where it is not the URL as this server sees it: behind a proxy, say. */
  resource?: (request: PayableRequest) => string;
}

export type RoutePrice = SdkPrice;

/** What is used of a request: Express's and Fastify's both have it. */
export interface PayableRequest {
  method: string;
  url: string;
  originalUrl?: string;
  protocol?: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
