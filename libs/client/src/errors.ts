import type { ErrorCode, ProblemDocument } from '#contracts';

/** Bursar refused: `problem` is the document that it answered, with the code, the figures and what to do. */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError';
  readonly status: number;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly action: string;

  constructor(
    readonly problem: ProblemDocument,
    /** Of the call that was refused, where it had one. */
    readonly idempotency_key?: string,
  ) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.retryable = problem.retryable;
    this.action = problem.action;
  }
}

/**
 * Refused by a rule or by the state of things (402, 403, 409): nothing was spent. Money as decimal strings. The same key
 * keeps this answer where `payment_id` is set; a new attempt takes a new key.
 */
export class DeclinedError extends RefusedError {
  override readonly name = 'DeclinedError';

  get scope(): { kind: string; id: string } | undefined {
    return this.problem.scope;
  }
  /** Which rule, where several of a kind may stand, e.g. `amount:day:USD`. */
  get rule(): string | undefined {
    return this.problem.rule;
  }
  get limit(): string | undefined {
    return this.problem.limit;
  }
  get spent(): string | undefined {
    return this.problem.spent;
  }
  get held(): string | undefined {
    return this.problem.held;
  }
  get requested(): string | undefined {
    return this.problem.requested;
  }
  get remaining(): string | undefined {
    return this.problem.remaining;
  }
  /** ISO 8601. */
  get resets_at(): string | undefined {
    return this.problem.resets_at;
  }
  /** Of the recorded refusal. */
  get payment_id(): string | undefined {
    return this.problem.payment_id;
  }
}

/**
 * No answer within the deadline, after retries. The call may or may not have taken effect: send it again with
 * `idempotency_key` to know, it takes effect once.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';

  constructor(
    message: string,
    readonly idempotency_key: string | undefined,
    /** The last refusal, where there was one (429, 503). */
    readonly problem?: ProblemDocument,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Something answered that is not Bursar: another server, or a proxy before it. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`The answer (HTTP ${status}) is not one of Bursar's: ${body.slice(0, 200)}`);
  }
}

const DECLINED_STATUSES: ReadonlySet<number> = new Set([402, 403, 409]);

export function refusalOf(problem: ProblemDocument, idempotencyKey: string | undefined): RefusedError {
  return DECLINED_STATUSES.has(problem.status)
    ? new DeclinedError(problem, idempotencyKey)
    : new RefusedError(problem, idempotencyKey);
}
