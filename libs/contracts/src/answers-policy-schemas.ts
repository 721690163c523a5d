import { z } from 'zod';
import { currency, isoTime, money, payee, policyVersion, position } from './answers-field-schemas.js';
import { approvalAbove, breakers, limitAnswer, lists } from './answers-rule-schemas.js';
import { firstUse } from './answers-organization-schemas.js';

const rulesSet = z
  .strictObject({
    limits: z.array(limitAnswer).optional(),
    lists: lists.nullable().optional(),
    approval_above: approvalAbove.optional(),
    breakers: breakers.nullable().optional(),
    protocols: z.array(z.string()).nullable().optional(),
    funding: z.enum(['treasury', 'own']).optional(),
    first_use: firstUse.extend({ currency }).optional(),
    cap_raised_by: z.strictObject({ ...money('amount'), currency }).optional(),
    budget: z.strictObject({ ...money('amount'), currency }).optional(),
    mode: z.enum(['shared', 'reserved']).optional(),
    expires_at: isoTime.nullable().optional(),
    agent_id: z.string().nullable().optional(),
    participants: z.array(z.string()).optional(),
    wallet_id: z.string().optional(),
    parent_agent_id: z.string().optional(),
    parent_session_id: z.string().optional(),
    payee: payee.optional(),
    status: z.enum(['active', 'frozen', 'revoked', 'closed']).optional(),
    status_reason: z.string().optional(),
  })
  .meta({
    id: 'RulesSet',
    description: 'What the event set: a rule that is absent stayed as it was, null was lifted.',
  });

export const policyChangeSchema = z
  .strictObject({
    policy_version: policyVersion,
    type: z.string(),
    scope: z.strictObject({ kind: z.enum(['organization', 'agent', 'session', 'grant']), id: z.string() }),
    rules: rulesSet,
    by: z.string(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'PolicyChange', description: 'The event that gave rules their version.' });
