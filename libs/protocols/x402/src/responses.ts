import { z } from 'zod';
import { X402_BOUNDS } from './bounds.js';
import { networkField, networkNameField, objectField, objectOf, orAbsent, payToField, wordsField } from './fields.js';

/** What a facilitator answers. A field that is missing here costs the payer an answer: the published servers say 502. */

const reason = orAbsent(wordsField(X402_BOUNDS.error_characters));
const flag = z.boolean({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be true or false') });
const transaction = wordsField(X402_BOUNDS.reference_characters);

export const verifyResponseSchema = objectOf({
  isValid: flag,
  invalidReason: reason,
  invalidMessage: reason,
  payer: orAbsent(payToField),
  extensions: orAbsent(objectField),
  extra: orAbsent(objectField),
});
export type VerifyResponse = z.output<typeof verifyResponseSchema>;

export const verifyResponseV1Schema = objectOf({ isValid: flag, invalidReason: reason, payer: orAbsent(payToField) });
export type VerifyResponseV1 = z.output<typeof verifyResponseV1Schema>;

/** `transaction` and `network` stand there on failure too; `amount` is a text of atomic units, what was really settled. */
export const settleResponseSchema = objectOf({
  success: flag,
  transaction,
  network: networkField,
  errorReason: reason,
  errorMessage: reason,
  payer: orAbsent(payToField),
  amount: orAbsent(z.string().regex(/^(0|[1-9]\d{0,77})$/, 'must be a text of atomic units')),
  extensions: orAbsent(objectField),
  extra: orAbsent(objectField),
});
export type SettleResponse = z.output<typeof settleResponseSchema>;

/** v1 names the payer always. */
export const settleResponseV1Schema = objectOf({
  success: flag,
  transaction,
  network: networkNameField,
  errorReason: reason,
  payer: payToField,
});
export type SettleResponseV1 = z.output<typeof settleResponseV1Schema>;
