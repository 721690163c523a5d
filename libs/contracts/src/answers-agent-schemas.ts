import { z } from 'zod';
import { currency, isoTime, labels, money, nullableMoney, policyVersion, position } from './answers-field-schemas.js';
import { approvalAbove, breakers, limitAnswer, limitState, lists } from './answers-rule-schemas.js';

const shortForms = {
  spending_cap: z.strictObject({ ...money('amount'), currency }).nullable(),
  ...nullableMoney('per_tx_limit'),
  ...nullableMoney('daily_cap'),
};

const agentStatus = z.enum(['active', 'frozen', 'revoked']);
const agentShape = {
  agent_id: z.string(),
  handle: z.string(),
  revocation_id: z.string().nullable(),
  status: agentStatus,
  origin: z.enum(['explicit', 'first_use', 'scoped']),
  parent_agent_id: z.string().nullable(),
  funding: z.enum(['treasury', 'own']),
  protocols: z.array(z.string()).nullable(),
  lists: lists.nullable(),
  approval_above: approvalAbove,
  breakers: breakers.nullable(),
  ...shortForms,
};
const totals = z.array(z.strictObject({ currency, ...money('spent'), ...money('held') }));

export const agentRegisteredSchema = z
  .strictObject({
    ...agentShape,
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    limits: z.array(limitAnswer),
    registered_at: isoTime,
    position,
  })
  .meta({ id: 'AgentRegistered' });

export const agentSchema = z
  .strictObject({
    ...agentShape,
    status_reason: z.string().optional(),
    labels,
    limits: z.array(limitState),
    totals,
    policy_version: policyVersion,
  })
  .meta({ id: 'Agent' });

export const agentsAnswerSchema = z
  .strictObject({ agents: z.array(agentSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'AgentPage' });

export const spendAuthAnswerSchema = z
  .strictObject({
    scoped_agent_id: z.string().meta({ description: 'Use it wherever an `agent_id` goes.' }),
    handle: z.string(),
    agent_id: z.string().nullable().meta({ description: 'Whose money it spends.' }),
    ...money('limit_usd'),
    label: z.string().nullable(),
    labels,
    revocation_id: z.string().nullable(),
    created_at: isoTime,
    position,
  })
  .meta({ id: 'SpendAuth' });

export const agentSpendSchema = z
  .strictObject({
    agent_id: z.string(),
    handle: z.string(),
    status: agentStatus,
    currency,
    ...money('spent_usd'),
    ...money('held_usd'),
    ...nullableMoney('cap_usd'),
    ...nullableMoney('remaining_usd'),
    limits: z.array(limitState),
    totals,
  })
  .meta({ id: 'AgentSpend' });

export const agentStepSchema = z
  .strictObject({
    agent_id: z.string(),
    status: agentStatus.optional(),
    status_reason: z.string().optional(),
    revocation_id: z.string().optional(),
    token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    previous_token_until: isoTime.nullable().optional(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'AgentStep' });
