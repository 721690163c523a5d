/** The protocol's own problems, by the last part of their type (RFC 9457). */
const TITLES = {
  'payment-required': 'Payment Required',
  'payment-expired': 'Payment Expired',
  'verification-failed': 'Verification Failed',
  'malformed-credential': 'Malformed Credential',
  'invalid-challenge': 'Invalid Challenge',
} as const;

export type PaymentProblem = keyof typeof TITLES;

export interface PaymentProblemDocument {
  type: string;
  title: string;
  status: 402;
  detail: string;
  challengeId?: string;
}

/** The body of an answer that asks for a payment, or says what is wrong with one. */
export function paymentProblem(problem: PaymentProblem, detail: string, challengeId?: string): PaymentProblemDocument {
  return {
    type: `https://paymentauth.org/problems/${problem}`,
    title: TITLES[problem],
    status: 402,
    detail,
    ...(challengeId !== undefined && { challengeId }),
  };
}
