import type { FieldProblem, JsonObject } from '#contracts';
import type { Asset } from '#domain';
import type { PaymentFlow, Scheme } from './rails.js';

/** What an agent is asked to pay at a 402, whichever form it was asked in. */
export interface Challenge {
  wire: 'legacy' | 1 | 2;
  scheme: Scheme;
  flow: PaymentFlow;
  network: string;
  asset: Asset;
  /** Atomic units of the asset: under `upto` the most that may be charged. */
  amount: bigint;
  /** A handle, an agent's id or an address, as it was written. */
  payee: string;
  /** The URL of what is paid for. The challenger says so; nothing proves it. */
  resource?: string;
  /** What tells this payment from another one of the same terms; absent where the challenge has nothing of the kind. */
  reference?: string;
  timeout_seconds?: number;
  /** The same for challenges of one wire form that ask for the same. The reference is not in it: it is the key. */
  terms_hash: string;
  /** The chosen requirement: fields in their order, numbers as written (`writeJson`). It must equal the offer when echoed. */
  accepted: JsonObject;
  /** v2: what a client sends back beside it. */
  echo?: { resource: JsonObject; extensions?: JsonObject };
}

/**
 * `challenge_invalid`: one of ours, and something in it is wrong. `unsupported_challenge`: none that can be paid here.
 * Both are 422; callers rely on these codes.
 */
export type ChallengeRefusal = 'challenge_invalid' | 'unsupported_challenge';

export type ReadChallenge =
  { ok: true; challenge: Challenge } | { ok: false; code: ChallengeRefusal; problems: FieldProblem[] };

export function refuseChallenge(code: ChallengeRefusal, problems: FieldProblem[]): ReadChallenge & { ok: false } {
  return { ok: false, code, problems };
}
