import { z } from 'zod';
import { amountField, labelField, labelsField, idempotencyKeyField } from '../fields.js';
import { defineTool } from '../tool.js';

export const openChildSession = defineTool({
  name: 'open_child_session',
  title: 'Open a budget for a part of the work',
  description:
    'Opens a session below yours with a budget of its own, for a sub-agent or a part of the work. What is spent in it counts against your session too. The token is shown once: give it to who is to work with the budget.',
  input: z.strictObject({
    budget: amountField,
    parent_session_id: z.string().min(1).optional().meta({ description: 'Default: the session of the credential.' }),
    agent_id: z.string().min(1).optional().meta({ description: 'Who pays in it: yourself, or an agent below you.' }),
    participants: z.array(z.string().min(1)).max(100).optional().meta({
      description: 'Handles or ids of other agents that may pay in it with their own tokens.',
    }),
    mode: z.enum(['shared', 'reserved']).optional().meta({
      description:
        'shared (default): a cap over the parent’s money. reserved: taken out of the parent until it is closed.',
    }),
    description: z.string().min(1).max(2048).optional(),
    expires_in: z.int().min(1).optional().meta({ description: 'Seconds from now. Default: it does not expire.' }),
    label: labelField,
    labels: labelsField,
    idempotency_key: idempotencyKeyField.optional(),
  }),
  output: z.looseObject({
    session_id: z.string(),
    session_token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    parent_session_id: z.string().nullable(),
    budget_exact: z.string(),
    remaining_exact: z.string(),
    currency: z.string(),
  }),
  reads_only: false,
  run: ({ idempotency_key, ...request }, { client, signal }) =>
    client.sessions.open(request, { signal, idempotency_key }),
});
