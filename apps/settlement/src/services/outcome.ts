import {
  isJsonObject,
  readJson,
  writeJson,
  type JsonObject,
  type PaymentSurroundings,
  type ProvenEvent,
  type UpstreamAnswer,
} from '#contracts';

/** Why nothing was spent. The latter two say that the same request may pass later. */
export type FailureCode = 'upstream_refused' | 'upstream_unavailable' | 'service_busy';

/** What a receipt is made of, where this process has just been told; it is not kept. */
export interface PaymentProof {
  events: readonly ProvenEvent[];
  surroundings: PaymentSurroundings;
}

/** What came of a call of a paid service, for good. */
export type Outcome =
  /** `stream`: the server-sent events that it was, instead of a body. */
  | { kind: 'paid'; body: JsonObject; stream?: string; units: bigint; proof?: PaymentProof }
  | {
      kind: 'failed';
      code: FailureCode;
      detail?: string;
      upstream?: UpstreamAnswer;
      retry_after_ms?: number;
    };

/** It was asked, and whether it was done, or what it costs, is not known. The hold stays. */
export interface Unknown {
  kind: 'unknown';
  reason: string;
  /** The service could not be asked what it had done: it may say so later. */
  may_be_told?: true;
}

/** Whether the caller's key is free for another attempt. */
export function isRetryable(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.code !== 'upstream_refused';
}

/**
 * What an exchange says of a call that was asked before under the same key, without an answer. That it was paid is the answer; that what was
 * asked is wrong was so before too. All else, such as a service that is busy or takes the key of the account no more, says nothing of the
 * first time.
 */
export function afterNoAnswer(outcome: Outcome | Unknown): Outcome | Unknown {
  if (outcome.kind !== 'failed') return outcome;
  if (outcome.upstream?.status === 400 || outcome.upstream?.status === 422) return outcome;
  const reason = outcome.detail ?? outcome.code;
  return { kind: 'unknown', reason: `it was asked without an answer, and then: ${reason}`, may_be_told: true };
}

/** Not enumerable, so that no copy with more or less in it has the text of the first. A WeakMap keeps what it holds until all is collected. */
const WRITTEN = Symbol('as JSON');

/** A service's answer as JSON. It is written once, to be kept and to be given. */
export function bodyText(body: JsonObject & { [WRITTEN]?: string }): string {
  const written = body[WRITTEN];
  if (written !== undefined) return written;
  const text = writeJson(body);
  Object.defineProperty(body, WRITTEN, { value: text });
  return text;
}

/** An outcome as it is kept beside the log; `units` have a column of their own. */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind !== 'paid') return JSON.stringify(outcome);
  const stream = outcome.stream === undefined ? '' : `,"stream":${JSON.stringify(outcome.stream)}`;
  return `{"kind":"paid","body":${bodyText(outcome.body)}${stream}}`;
}

/** Reads what `outcomeText` wrote: the numbers of a service's answer as they were, all else as JavaScript has it. */
export function readOutcome(text: string, units: bigint | undefined): Outcome {
  const plain = JSON.parse(text) as Outcome;
  if (plain.kind === 'failed') return plain;
  const read = readJson(text);
  if (!read.ok || !isJsonObject(read.value)) throw new Error('A kept answer of a paid service can not be read');
  const { body, stream } = read.value;
  const paid = { kind: 'paid' as const, body: body as JsonObject, units: units ?? 0n };
  return typeof stream === 'string' ? { ...paid, stream } : paid;
}
