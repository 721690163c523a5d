import { z } from 'zod';
import { currency, decimalText, isoTime, labels, money, policyVersion, position } from './answers-field-schemas.js';
import { approvalAbove, limitAnswer, limitState, lists } from './answers-rule-schemas.js';

const sessionShape = {
  session_id: z.string(),
  parent_session_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  mode: z.enum(['shared', 'reserved']),
  status: z.enum(['open', 'expired', 'closed']),
  currency,
  ...money('budget'),
  ...money('spent'),
  ...money('held'),
  ...money('carved'),
  ...money('remaining'),
  labels,
  expires_at: isoTime.nullable(),
};

export const sessionOpenedSchema = z
  .strictObject({
    ...sessionShape,
    session_token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    participants: z.array(z.string()).optional(),
    limits: z.array(limitAnswer).optional(),
    lists: lists.optional(),
    approval_above: approvalAbove.optional(),
    wallet_id: z.string().optional(),
    opened_at: isoTime,
    position,
  })
  .meta({ id: 'SessionOpened' });

export const sessionSchema: z.ZodType = z
  .strictObject({
    ...sessionShape,
    description: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    limits: z.array(limitState).optional(),
    lists: lists.optional(),
    approval_above: approvalAbove.optional(),
    policy_version: policyVersion,
    over_by: z.number().optional(),
    over_by_exact: decimalText.optional(),
    get children(): z.ZodType {
      return z.array(sessionSchema).optional();
    },
    children_cut: z.literal(true).optional(),
  })
  .meta({ id: 'Session', description: 'With the tree below it: at most 1,000 descendants.' });

export const sessionsAnswerSchema = z
  .strictObject({ sessions: z.array(sessionSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'SessionPage', description: 'Each without what is below it.' });

export const sessionClosedSchema = z
  .strictObject({ session_id: z.string(), status: z.literal('closed'), recorded_at: isoTime, position })
  .meta({ id: 'SessionClosed' });
