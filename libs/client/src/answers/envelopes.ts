import type { ProblemDocument } from '#contracts';

/** `answer` is the protocol's own, also where its `outcome` is not `ok`; `problem` says why there is none. */
export type EnvelopeAnswer = { idempotency_key: string; call: string } & (
  | { outcome: 'ok' | 'pending' | 'malformed' | 'unauthorized' | 'forbidden'; answer: Record<string, unknown> }
  | { outcome: 'refused'; problem: ProblemDocument }
);
