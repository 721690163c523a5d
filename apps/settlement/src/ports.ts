import type { OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import type { KeyRing } from '#security';
import type { Rail } from '#x402';
import type { Unanswered } from './x402/unanswered.js';

/** The way to a book's owner (`OwnerClient` of #bus). Never rejects: what has no answer is `unavailable`. */
export interface Owners {
  send(org: string, command: Command | Query): Promise<OwnerAnswer>;
}

/** Everything outside of settlement that verifying and settling use. */
export interface SettlementParts {
  owners: Owners;
  keys: KeyRing;
  /** Networks on which this deployment settles. */
  rails: readonly Rail[];
  /** Name of the deployment's own network: issuer of its tokens and receipts. */
  issuer: string;
  unanswered: Unanswered;
}

/** Names of what Nest injects. */
export const PARTS = Symbol('parts');
export const LOGGER = Symbol('logger');
