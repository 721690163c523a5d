import { z } from 'zod';
import { BARE_LABEL } from './bounds.js';
import {
  amountField,
  currencyField,
  deadlineField,
  handleField,
  idempotencyKeyField,
  idField,
  labelField,
  labelsField,
  rule,
  textField,
} from './fields.js';
import { isJsonObject, type JsonObject } from './json.js';

const TOKEN_CHARACTERS = 4096;

/** `POST /v1/payments/x402/resolve`. */
export const resolveChallengeSchema = z
  .strictObject({
    challenge: z
      .custom<string | JsonObject>(
        (value) => typeof value === 'string' || isJsonObject(value),
        rule('must be the value of a 402 header, or the object that it stands for'),
      )
      .meta({
        description:
          'What the 402 came with: the raw value of PAYMENT-REQUIRED, X-Payment-Required or WWW-Authenticate, the body of an x402 v1 answer, or any of the x402 forms decoded.',
        oneOf: [{ type: 'string' }, { type: 'object' }],
      }),
    agent_id: handleField.optional().meta({ description: 'Who pays. Default: the agent of the token.' }),
    session_id: idField.optional(),
    max_credits: amountField.optional().meta({ description: 'More than this is refused as budget_exceeded.' }),
    label: labelField.optional(),
    labels: labelsField.optional(),
    idempotency_key: idempotencyKeyField.optional().meta({
      description: 'Used where the challenge has no nonce or payment-identifier of its own, which come first.',
    }),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const mapped = body.labels?.[BARE_LABEL];
    if (body.label !== undefined && mapped !== undefined && mapped !== body.label) {
      context.addIssue({
        code: 'custom',
        path: ['label'],
        message: 'must be the same as labels.label where both are given',
      });
    }
    const { label, labels, ...rest } = body;
    return { ...rest, labels: { ...labels, ...(label === undefined ? {} : { [BARE_LABEL]: label }) } };
  })
  .meta({ id: 'ResolveChallengeRequest' });
export type ResolveChallengeRequest = z.output<typeof resolveChallengeSchema>;

/** `POST /v1/payments/x402/redeem`. */
export const redeemTokenSchema = z
  .strictObject({
    payment_token: textField(TOKEN_CHARACTERS).meta({ description: 'What the payer sent in X-Payment.' }),
    amount: amountField.meta({ description: 'What was asked for in the challenge.' }),
    currency: currencyField.optional(),
    nonce: textField(255)
      .optional()
      .meta({ description: 'Of the challenge; it must be the one that the token answers.' }),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .meta({ id: 'RedeemTokenRequest' });
export type RedeemTokenRequest = z.output<typeof redeemTokenSchema>;
