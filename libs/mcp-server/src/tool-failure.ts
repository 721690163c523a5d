import { ApprovalPendingError, BursarError, RefusedError, UnavailableError } from '#client';
import { ArgumentsInvalid } from './tool.js';

/** What went wrong with a call, for a model to act on. */
export interface ToolFailure {
  code: string;
  message: string;
  retryable: boolean;
  action: string;
  [figure: string]: unknown;
}

/** The failure that an error is; undefined for one that is a fault of this program's own. */
export function failureOf(error: unknown): ToolFailure | undefined {
  if (error instanceof ArgumentsInvalid) {
    return {
      code: 'arguments_invalid',
      message: error.message,
      retryable: false,
      action: 'Correct the arguments that are named, and call the tool again.',
      problems: error.problems,
    };
  }
  if (error instanceof RefusedError) {
    const { type: _type, title: _title, status: _status, detail, ...told } = error.problem;
    return { ...told, message: detail };
  }
  if (error instanceof BursarError) {
    const { code, message, retryable, action } = error;
    const more = error instanceof ApprovalPendingError ? idsOf(error.payment) : {};
    const key =
      error instanceof UnavailableError || error instanceof ApprovalPendingError
        ? { idempotency_key: error.idempotency_key }
        : {};
    return { ...more, ...key, code, message, retryable, action };
  }
  return undefined;
}

function idsOf({ payment_id, approval_id }: ApprovalPendingError['payment']) {
  return { payment_id, approval_id };
}
