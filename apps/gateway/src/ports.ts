import type { OwnerAnswer, SettlementAnswer, SettlementCall, SettlementRequest } from '#contracts';
import type { Note, NoteKind } from '#event-log';
import type { ReadModels } from '#read-models';
import type { Command, FirstUseSettings, PastExplanation, Query } from '#domain';

/** The way to a book's owner (`OwnerClient` of #bus). Never rejects: what has no answer is `unavailable`. */
export interface OwnerGateway {
  send(org: string, command: Command | Query): Promise<OwnerAnswer>;
}

/** The way to settlement (`SettlementClient` of #bus). Never rejects: what has no answer is `unavailable`. */
export interface Settlement {
  ask(call: SettlementCall, request: SettlementRequest): Promise<SettlementAnswer>;
}

/** One event as the log holds it. */
export interface LogEntry {
  position: number;
  payload: Buffer;
}

/** The log, for reading (`LogStore` of #event-log). */
export interface LogReader {
  head(partition: number): Promise<{ position: number }>;
  /** Events with `after < position <= upTo`, in order. */
  read(partition: number, after: number, upTo: number): Promise<LogEntry[]>;
}

/** What whoever runs Bursar has set, for opening organizations. */
export interface Platform {
  /** Absent: nobody may. */
  key?: string;
  /** Of an org that says nothing else; amounts in units. */
  firstUse: FirstUseSettings;
}

/** Names of what Nest injects. */
export const OWNER = Symbol('owner');
export const SETTLEMENT = Symbol('settlement');
export const PLATFORM = Symbol('platform');
export const LOG = Symbol('log');
export const REPORTS = Symbol('reports');
export const NOTES = Symbol('notes');
export const METRICS = Symbol('metrics');
export const HEALTH = Symbol('health');
export const BROWSER_ORIGINS = Symbol('browser origins');

/** What a verification found (`verifyLog` of #event-log). */
export interface Verification {
  events: number;
  partitions: readonly { position: number; hash: Buffer }[];
  faults: readonly { position: number; kind: string; detail: string }[];
}

/** Verifies one partition from its first event on, and says how far it is. */
export interface LogVerifier {
  verify(partition: number, onProgress: (position: number, head: number) => void): Promise<Verification>;
}

/** Where in the log a payment of an org was decided. */
export interface DecisionPlace {
  org: string;
  partition: number;
  position: number;
}

/** Explains a recorded decision, somewhere else than here: it takes seconds of computing. */
export interface Explainer {
  explain(place: DecisionPlace): Promise<PastExplanation>;
}

/** Reports and lists (`ReadModels` of #read-models); never asked before a payment is allowed. */
export type Reports = Pick<ReadModels, 'spendReport' | 'listPayments' | 'listPaymentRequests'>;

/** Memos and descriptions, which lie beside the log for a while (D20). Never asked before a payment is allowed. */
export interface Notes {
  /** Never rejects: a note that cannot be written is lost, and what it belongs to is not concerned. */
  keep(note: Note): Promise<void>;
  /** The texts that are still kept, with their salts, by the id of what they belong to. Never rejects either. */
  read(kind: NoteKind, subjects: readonly string[]): Promise<ReadonlyMap<string, { text: string; salt: string }>>;
}
