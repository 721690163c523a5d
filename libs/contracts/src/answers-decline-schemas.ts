import { z } from 'zod';
import { isoTime, policyVersion, position } from './answers-field-schemas.js';

const declineShape = {
  code: z.string(),
  scope: z.strictObject({ kind: z.string(), id: z.string() }),
  rule: z.string().optional(),
  currency: z.string().optional(),
  limit: z.string().optional(),
  spent: z.string().optional(),
  held: z.string().optional(),
  requested: z.string().optional(),
  remaining: z.string().optional(),
  resets_at: isoTime.optional(),
  retryable: z.boolean(),
  action: z.string(),
};

export const declineAnswerSchema = z.strictObject(declineShape).meta({ id: 'Decline' });

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    ...declineShape,
    scope: declineShape.scope.optional(),
    problems: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    payment_id: z.string().optional().meta({ description: 'Where a payment was declined: its recorded refusal.' }),
    position: position.optional(),
    policy_version: policyVersion.optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document; docs/errors.md lists the codes.' });
