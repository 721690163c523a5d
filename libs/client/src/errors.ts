import type { ErrorCode, PaymentAnswer, ProblemDocument } from '#contracts';

/** What every error of this client says to a program. */
export abstract class BursarError extends Error {
  /** Bursar's own (docs/errors.md), or one of the client's: `no_answer`, `unexpected_answer` and those of paying a 402. */
  abstract readonly code: string;
  /** Whether the same call can pass later with nothing else changed. */
  abstract readonly retryable: boolean;
  /** What to do about it, in a sentence. */
  abstract readonly action: string;
}

/** Bursar refused: `problem` is the document that it answered, with the code, the figures and what to do. */
export class RefusedError extends BursarError {
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
export class UnavailableError extends BursarError {
  override readonly name = 'UnavailableError';
  readonly retryable = true;

  constructor(
    message: string,
    readonly idempotency_key: string | undefined,
    /** The last refusal, where there was one (429, 503). */
    readonly problem?: ProblemDocument,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get code(): ErrorCode | 'no_answer' {
    return this.problem?.code ?? 'no_answer';
  }

  get action(): string {
    const { idempotency_key } = this;
    if (idempotency_key === undefined) return 'Send the call again later.';
    return `Send the call again later with the idempotency key ${idempotency_key}: it takes effect once.`;
  }
}

/** A paid service was not called yet: its payment waits for an approval, with the money held. */
export class ApprovalPendingError extends BursarError {
  override readonly name = 'ApprovalPendingError';
  readonly code = 'approval_pending';
  readonly retryable = true;
  readonly action: string;

  constructor(
    readonly payment: Pick<PaymentAnswer, 'payment_id' | 'approval_id'>,
    readonly idempotency_key: string,
  ) {
    super(`The payment ${payment.payment_id} waits for an approval`);
    this.action = `Send the call again with the idempotency key ${idempotency_key} once it is approved.`;
  }
}

/** Something answered that is not Bursar: another server, or a proxy before it. */
export class UnexpectedAnswerError extends BursarError {
  override readonly name = 'UnexpectedAnswerError';
  readonly code = 'unexpected_answer';
  readonly retryable = false;
  readonly action = 'See that the URL is that of Bursar, and what stands between.';

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
