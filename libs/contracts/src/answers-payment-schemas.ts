import { z } from 'zod';
import {
  agentParty,
  currency,
  decimalText,
  isoTime,
  labels,
  payee,
  policyVersion,
  position,
} from './answers-field-schemas.js';
import { declineAnswerSchema } from './answers-decline-schemas.js';

const paymentStatus = z
  .enum(['authorized', 'captured', 'voided', 'expired', 'declined', 'refunded', 'pending_approval', 'outcome_unknown'])
  .meta({ id: 'PaymentStatus' });

const paymentShape = {
  payment_id: z.string(),
  status: paymentStatus,
  amount: decimalText,
  amount_held: decimalText,
  amount_captured: decimalText,
  currency,
  payer: agentParty,
  payee,
  protocol: z.string(),
  session_id: z.string().nullable(),
  labels,
  category: z.string().nullable(),
  request_id: z.string().optional().meta({
    description: "The caller's own word for what is paid, or the id of the payment request that this pays.",
  }),
  decided_at: isoTime,
  receipt_id: z.string(),
  position,
};

const answerShape = {
  ...paymentShape,
  expires_at: isoTime.nullable().meta({ description: 'Of the hold; while it waits for an approval, of the waiting.' }),
  approval_id: z.string().optional().meta({ description: 'Where the payment has needed an approval.' }),
  policy_version: policyVersion.optional(),
  decline: declineAnswerSchema.optional(),
};

export const paymentAnswerSchema = z.strictObject(answerShape).meta({ id: 'PaymentAnswer' });

export const paymentStepAnswerSchema = z
  .strictObject({
    ...paymentShape,
    amount_refunded: decimalText,
    amount_moved: decimalText,
    refund_id: z.string().optional(),
    reason: z.string().optional(),
    expires_at: isoTime.optional().meta({ description: 'Where this step has moved it.' }),
    recorded_at: isoTime,
  })
  .meta({ id: 'PaymentStepAnswer', description: 'The payment as it stood after the step.' });

export const paymentStateSchema = z
  .strictObject({
    ...answerShape,
    memo: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    amount_refunded: decimalText,
    settlement: z.enum(['in_clearing', 'settled', 'reversed']).optional(),
    dispatched: z.boolean(),
    refunds: z.array(
      z.strictObject({
        refund_id: z.string(),
        amount: decimalText,
        reason: z.string().optional(),
        recorded_at: isoTime,
      }),
    ),
    history: z.array(
      z.strictObject({
        type: z.string(),
        by: z.string(),
        recorded_at: isoTime,
        position,
        policy_version: policyVersion.optional(),
        decline: declineAnswerSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'PaymentState' });

export const paymentsAnswerSchema = z
  .strictObject({
    payments: z.array(
      z.strictObject({
        ...answerShape,
        payer: z.strictObject({ agent_id: z.string(), handle: z.string().nullable() }),
        payee: z.union([
          z.strictObject({ agent_id: z.string(), handle: z.string().nullable() }),
          z.strictObject({ service: z.string() }),
          z.strictObject({ payee_org: z.string(), handle: z.string() }),
        ]),
        amount_refunded: decimalText,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'PaymentPage', description: 'A page may hold fewer rows than asked for and still have a next one.' });
