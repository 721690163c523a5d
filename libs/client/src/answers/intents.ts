import type { DeclineFields, PaymentAnswer, PaymentStatus, ProblemDocument } from '#contracts';

/** What the bus answers to an intent; a refusal is a value here, with `status: 'declined'` and `decline`. */
export type IntentAnswer = { idempotency_key: string } & (
  | (PaymentAnswer & { status: Exclude<PaymentStatus, 'declined'> })
  | {
      status: 'declined';
      payment_id?: string;
      position?: string;
      policy_version?: number;
      decline: DeclineFields | ProblemDocument;
    }
);
