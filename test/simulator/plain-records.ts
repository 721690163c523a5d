import type { LimitDefinition } from '#domain';

/** A payment as its events tell it, told without `evolve`. */
export interface PlainPayment {
  id: string;
  agent: string;
  session: string | undefined;
  asset: string;
  authorized_at: number;
  /** When it lapses, where it holds. */
  expires_at: number;
  status: 'pending' | 'held' | 'dispatched' | 'unknown' | 'ended';
  held: bigint;
  captured: bigint;
  refunded: bigint;
  /** The other org whose agent it pays, if any; and what is known of the money there. */
  abroad: string | undefined;
  settled: boolean;
  reversed: string | undefined;
  /** Ended without anything captured: it counts as no payment. */
  came_to_nothing: boolean;
  /** The payment request that it names, or a word of the caller's. */
  request: string | undefined;
}

export interface PlainAgent {
  id: string;
  handle: string;
  parent: string | undefined;
  status: 'active' | 'frozen' | 'revoked';
  limits: LimitDefinition[];
}

export interface PlainSession {
  id: string;
  parent: string | undefined;
  budget: bigint;
  mode: 'shared' | 'reserved';
  closed: boolean;
  expires_at: number | undefined;
}
