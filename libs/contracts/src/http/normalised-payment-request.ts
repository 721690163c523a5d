import type { Asset } from '#domain';
import type { FieldProblem } from './field-problem.js';

/** A payment request (REST body and bus intent alike) in the ledger's own words: units, milliseconds, one map of labels. */
export interface NormalisedPaymentRequest {
  payee: { agent: string; org?: string } | { service: string };
  /** Smallest units, at least 1: the most that may be spent. */
  amount: bigint;
  asset: Asset;
  /** True: authorize and capture in one decision. */
  capture: boolean;
  /** Who pays: agent id or handle, without the leading `@`. */
  agent?: string;
  session_id?: string;
  /** `label` and `labels` together; a bare label stands under the name `label`. */
  labels: Record<string, string>;
  category?: string;
  /** Free text of the caller, or the id of the payment request that this pays. */
  request_id?: string;
  /** Never enters the log, nor the fingerprint, from which a short text could be guessed (D20). */
  memo?: string;
  expires_in_ms?: number;
  idempotency_key?: string;
  /** How long the caller waits, from when the request arrived. */
  deadline_ms?: number;
}

export type ParsedPaymentRequest =
  | { ok: true; request: NormalisedPaymentRequest; fingerprint_source: string }
  | {
      ok: false;
      code: 'unparseable_body' | 'body_invalid';
      problems: FieldProblem[];
      /** Where it could be read: lets the bus address its refusal. */
      idempotency_key?: string;
    };
