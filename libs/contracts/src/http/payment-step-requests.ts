import { z } from 'zod';
import { BOUNDS } from './bounds.js';
import {
  amountField,
  booleanField,
  currencyField,
  deadlineField,
  expiresInField,
  idempotencyKeyField,
  rule,
  textField,
} from './fields.js';

const step = { idempotency_key: idempotencyKeyField.optional(), deadline_ms: deadlineField.optional() };

/** The amount is read in the payment's own currency; `currency` beside it must be that one. */
export const captureRequestSchema = z
  .strictObject({
    amount: amountField.optional().meta({ description: 'Default: all that is held.' }),
    currency: currencyField.optional(),
    final: booleanField.optional().meta({ description: 'Release what is left of the hold. Default: true.' }),
    ...step,
  })
  .meta({ id: 'CaptureRequest' });

export const refundRequestSchema = z
  .strictObject({
    amount: amountField.optional().meta({ description: 'Default: all that was captured and not yet given back.' }),
    currency: currencyField.optional(),
    reason: textField(BOUNDS.reason_characters)
      .optional()
      .meta({ description: 'Stands in the log for ever: no place for personal data.' }),
    ...step,
  })
  .meta({ id: 'RefundRequest' });

export const voidRequestSchema = z.strictObject(step).meta({ id: 'VoidRequest' });

export const dispatchRequestSchema = z.strictObject(step).meta({ id: 'DispatchRequest' });

export const extendRequestSchema = z
  .strictObject({ expires_in: expiresInField, ...step })
  .meta({ id: 'ExtendRequest' });

/** `amount` belongs to `captured` and must stand beside it: what happened outside is said, never assumed. */
export const resolveRequestSchema = z
  .strictObject({
    outcome: z.enum(['captured', 'voided'], rule('must be captured or voided')),
    amount: amountField.optional().meta({ description: 'What was captured outside; at most what is held.' }),
    currency: currencyField.optional(),
    ...step,
  })
  .superRefine((body, context) => {
    const message =
      body.outcome === 'captured'
        ? body.amount === undefined && 'must say what was captured'
        : body.amount !== undefined && 'must not stand beside voided';
    if (message) context.addIssue({ code: 'custom', path: ['amount'], message });
  })
  .meta({ id: 'ResolveRequest' });

export type CaptureRequest = z.output<typeof captureRequestSchema>;
export type RefundRequest = z.output<typeof refundRequestSchema>;
