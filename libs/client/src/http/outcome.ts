import type { ProblemDocument } from '#contracts';
import { UnexpectedAnswerError } from '../errors.js';

/** Why an attempt came to nothing; the same call may be sent again. */
export interface Failure {
  why: string;
  retry_after: string | null;
  problem?: ProblemDocument;
  cause?: unknown;
}

export type Outcome = { answer: unknown } | { refused: ProblemDocument } | { failed: Failure };

const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @throws UnexpectedAnswerError where what answered is not Bursar */
export function outcomeOf(response: Response, text: string): Outcome {
  const json = parseJson(text);
  if (response.ok && json !== undefined) return { answer: json };
  const problem = isProblem(json) ? json : undefined;
  // A 502 of Bursar's own says what a paid service answered; one without a problem is a proxy's.
  if (problem?.status === 502 && !problem.retryable) return { refused: problem };
  if (RETRIED_STATUSES.has(response.status)) {
    const why = problem?.detail ?? `HTTP ${response.status}`;
    return { failed: { why, retry_after: response.headers.get('retry-after'), problem } };
  }
  if (problem) return { refused: problem };
  throw new UnexpectedAnswerError(response.status, text);
}

function isProblem(value: unknown): value is ProblemDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { code, status, detail } = value as Partial<Record<keyof ProblemDocument, unknown>>;
  return typeof code === 'string' && typeof status === 'number' && typeof detail === 'string';
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; what failed stands in the cause. */
export function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}
