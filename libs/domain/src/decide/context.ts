import type { Command } from '../commands/index.js';
import type { Decline, RefusalCode, ScopeKind } from '../declines.js';
import type { BookEvent, EventHeader } from '../events/index.js';
import type { BoundKey, Facts, MissingFacts } from '../facts.js';
import { bookInfo, type BookState } from '../state/index.js';

/** Times that D12 leaves to settings. */
export interface DecideSettings {
  /** How long a hold lives where the caller does not say. */
  hold_ms: number;
  /** How long after its dispatch a payment's outcome becomes unknown. */
  dispatch_timeout_ms: number;
  /** How long a payment waits for an approval. */
  approval_ms: number;
  /** How many payments of one agent may wait for an approval at one time. */
  approvals_pending_maximum: number;
}

export const DEFAULT_DECIDE_SETTINGS: DecideSettings = {
  hold_ms: 900_000,
  dispatch_timeout_ms: 60_000,
  approval_ms: 86_400_000,
  approvals_pending_maximum: 100,
};

export type Decision =
  /** Append these, in this order; `primary` is the one from which the answer is made. */
  | { kind: 'record'; events: readonly BookEvent[]; primary: number }
  /** The key is bound: answer from what was appended for it then. */
  | { kind: 'replay'; bound: BoundKey }
  /** Not recorded, binds nothing. */
  | { kind: 'refuse'; refusal: Decline }
  /** Decide again when these are loaded. */
  | { kind: 'needs'; missing: MissingFacts };

export interface DecideContext<C extends Command = Command> {
  state: BookState;
  facts: Facts;
  command: C;
  /** Book time: the clock, but never before the last event. */
  now: number;
  settings: DecideSettings;
  /** The credential that acts, as events record it. */
  by: string;
}

/** Not an Error: refusing is an answer, made often, and needs no stack. Caught by `decide` alone. */
export class RefusedSignal {
  constructor(readonly refusal: Decline) {}
}
export class NeedsFactsSignal {
  constructor(readonly missing: MissingFacts) {}
}

export function refuse(code: RefusalCode, kind: ScopeKind, id: string, figures: Partial<Decline> = {}): never {
  throw new RefusedSignal({ ...figures, code, scope: { kind, id } });
}

/**
 * The header of the `index`th event of this decision; the key stands on the primary one only.
 *
 * Headers are plain literals, and events are written `{ type: …, ...header, … }` with their type first: V8 spreads into a
 * literal that has a property already forty times faster than into an empty one, and this is the hot path.
 */
export function header(context: DecideContext, index = 0): EventHeader {
  return {
    version: 1,
    org: context.command.org,
    sequence: bookInfo(context.state).sequence + 1 + index,
    time: context.now,
    by: context.by,
  };
}

/** Header of the primary event, with the key that it binds. */
export function primaryHeader(context: DecideContext, index = 0): EventHeader {
  const { org, key, fingerprint } = context.command;
  if (key === undefined) return header(context, index);
  return {
    version: 1,
    org,
    sequence: bookInfo(context.state).sequence + 1 + index,
    time: context.now,
    by: context.by,
    key,
    fingerprint: fingerprint ?? '',
  };
}

/**
 * Looks the key up in its scope (D6). Returns the first answer where it is bound with the same body; refuses where the body
 * differs; asks for the fact where it is not loaded.
 */
export function boundBefore(context: DecideContext, scope: string): BoundKey | undefined {
  const { key, fingerprint } = context.command;
  if (key === undefined) return undefined;
  const bound = context.facts.boundKey(scope, key);
  if (bound === undefined) throw new NeedsFactsSignal({ keys: [{ scope, key }] });
  if (bound === null) return undefined;
  if (bound.fingerprint !== (fingerprint ?? '')) refuse('idempotency_key_conflict', 'request', key);
  return bound;
}

export function record(events: readonly BookEvent[], primary = 0): Decision {
  return { kind: 'record', events, primary };
}
