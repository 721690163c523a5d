/**
 * What lies beside the log of a call of a paid service, on its way with the command whose event it belongs to: both are written together, or
 * neither is (decision 087). Deciding does not look at it. `call`: what is asked, with a hold that is dispatched; `answer`: what came of it,
 * with its capture or its void.
 */
export type RowBeside = CallBeside | AnswerBeside;

export interface CallBeside {
  kind: 'call';
  service: string;
  is_sandbox: boolean;
  salt: string;
  /** As JSON. */
  request: string;
  /** How long the process that asks sees to the call itself. */
  ends_in_ms: number;
  keep_for_days: number;
}

export interface AnswerBeside {
  kind: 'answer';
  /** As JSON, as settlement gives it. */
  answer: string;
  /** What the call came to, in smallest units; absent where nothing is to be paid. */
  units?: string;
}
