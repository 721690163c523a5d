import { z } from 'zod';
import { agentParty, currency, decimalText, isoTime, position } from './answers-field-schemas.js';
import { paymentStateSchema, paymentStepAnswerSchema } from './answers-payment-schemas.js';

const incomingShape = {
  payment_id: z.string(),
  status: z.enum(['credited', 'refunded']),
  amount: decimalText.meta({ description: 'What reached the payee.' }),
  amount_refunded: decimalText,
  currency,
  payer: z.strictObject({ payer_org: z.string(), handle: z.string() }),
  payee: agentParty,
  request_id: z.string().optional().meta({ description: 'As the payment names it.' }),
  credited_at: isoTime,
  position,
};

const incomingRefundShape = {
  refund_id: z.string(),
  reason: z.string().optional(),
  settlement: z.enum(['in_clearing', 'settled']).meta({ description: 'On its way until the payer’s book has it.' }),
  recorded_at: isoTime,
};

export const incomingRefundAnswerSchema = z
  .strictObject({ ...incomingShape, ...incomingRefundShape, amount_moved: decimalText })
  .meta({ id: 'IncomingRefundAnswer', description: 'A payment from another org as it stood after the refund.' });

export const incomingPaymentSchema = z
  .strictObject({
    ...incomingShape,
    refunds: z.array(z.strictObject({ ...incomingRefundShape, amount: decimalText })),
    history: paymentStateSchema.shape.history,
  })
  .meta({ id: 'IncomingPayment', description: 'A payment from another org, as the payee’s book knows it.' });

export const refundAnswerSchema = z
  .union([paymentStepAnswerSchema, incomingRefundAnswerSchema])
  .meta({ id: 'RefundAnswer' });

export const readPaymentAnswerSchema = z
  .union([paymentStateSchema, incomingPaymentSchema])
  .meta({ id: 'ReadPaymentAnswer' });
