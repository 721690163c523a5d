import { z } from 'zod';
import { agentField, amountField, labelField, labelsField, sessionField } from '../fields.js';
import { defineTool } from '../tool.js';

export const quote = defineTool({
  name: 'quote',
  title: 'Ask whether a payment would pass',
  description:
    'Says what a payment would be answered now, with every rule that concerns it and its figures. Nothing is spent, held or recorded. Name a service or an agent (payee), and the amount: for a service the max_credits that you mean to give.',
  input: z.strictObject({
    service: z.string().min(1).optional(),
    payee: z.string().min(1).optional().meta({ description: 'Handle or id of an agent; instead of service.' }),
    payee_org: z.string().min(1).optional().meta({ description: 'Id of its organization, where that is another one.' }),
    amount: amountField,
    currency: z.string().min(1).optional().meta({ description: 'Default: USD.' }),
    session_id: sessionField,
    agent_id: agentField,
    label: labelField,
    labels: labelsField,
  }),
  output: z.looseObject({
    would: z
      .string()
      .meta({ description: 'captured: it would pass. declined, pending_approval: see decline and rules.' }),
    amount: z.string().nullable(),
    currency: z.string().nullable(),
    decline: z.looseObject({ code: z.string(), action: z.string() }).nullable(),
    rules: z.array(z.looseObject({ passes: z.boolean() })),
  }),
  reads_only: true,
  run: (request, { client, signal }) => client.payments.explain({ ...request, capture: true }, { signal }),
});
