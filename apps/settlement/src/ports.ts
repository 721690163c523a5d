import type { OwnerAnswer } from '#contracts';
import type { LogStore, PostgresDiscoveryStore } from '#event-log';
import type { Command, Query } from '#domain';
import type { Logger } from '#observability';
import type { KeyRing } from '#security';
import type { FacilitatorRequest, Rail, RecoverSigner } from '#x402';
import type { Readings } from './x402/readings.js';
import type { Settled } from './x402/settled.js';
import type { Unanswered } from './x402/unanswered.js';

/** The way to a book's owner (`OwnerClient` of #bus). Never rejects: what has no answer is `unavailable`. */
export interface Owners {
  send(org: string, command: Command | Query): Promise<OwnerAnswer>;
}

/** The log, for reading what receipts are made of (`LogStore` of #event-log). */
export type ReceiptLog = Pick<LogStore, 'loadFacts' | 'read'>;

/** The log, for finding whose an address is (`LogStore` of #event-log). */
export type AddressLog = Pick<LogStore, 'addressEvents'>;

export type SettlementLog = ReceiptLog & AddressLog;

/** The catalogue of what can be paid for. No payment is asked of it. */
export type Catalogue = Pick<PostgresDiscoveryStore, 'keep' | 'list' | 'search' | 'close_to_others' | 'sweep'>;

/** Everything outside of settlement that its use cases use. */
export interface SettlementParts {
  owners: Owners;
  log: SettlementLog;
  keys: KeyRing;
  /** Networks on which this deployment settles. */
  rails: readonly Rail[];
  /** Name of the deployment's own network: issuer of its tokens and receipts. */
  issuer: string;
  unanswered: Unanswered;
  readings: Readings;
  logger: Logger;
  /** Who signed; remembers what it has recovered lately. */
  recoverSigner: RecoverSigner;
  catalogue: Catalogue;
  /** Hears of every settlement. Never throws, and keeps nobody waiting. */
  cataloguer: { note(asked: FacilitatorRequest, event: Settled): void };
}

/** What envelopes on the bus need of it. */
export interface EnvelopeBus {
  publish(subject: string, text: string): void;
  /** Resolves when it is known whether the server vouches for who publishes; envelopes wait for it. */
  vouched: Promise<boolean>;
}

/** Names of what Nest injects. */
export const CALLS = Symbol('calls');
export const ENVELOPE_BUS = Symbol('envelope bus');
