import { z } from 'zod';
import { hintAfter } from '../budget-hint.js';
import {
  agentField,
  amountField,
  hintField,
  idempotencyKeyField,
  labelField,
  labelsField,
  sessionField,
} from '../fields.js';
import { defineTool } from '../tool.js';

export const sendToAgent = defineTool({
  name: 'send_to_agent',
  title: 'Send money to an agent',
  description:
    'Pays another agent at once. With status pending_approval the money is held and waits for a person: call again later with the same idempotency_key and arguments to learn what became of it.',
  input: z.strictObject({
    to: z.string().min(1).meta({ description: 'Handle or id of the agent that is paid.' }),
    to_org: z.string().min(1).optional().meta({ description: 'Id of its organization, where that is another one.' }),
    amount: amountField,
    currency: z.string().min(1).optional().meta({ description: 'Default: USD.' }),
    idempotency_key: idempotencyKeyField,
    memo: z.string().min(1).max(1024).optional().meta({ description: 'For people to read; kept for a while only.' }),
    session_id: sessionField,
    agent_id: agentField,
    label: labelField,
    labels: labelsField,
  }),
  output: z.looseObject({
    payment_id: z.string(),
    status: z.string().meta({ description: 'captured, or pending_approval.' }),
    amount_captured: z.string(),
    currency: z.string(),
    receipt_id: z.string(),
    approval_id: z.string().optional(),
    hint: hintField,
  }),
  reads_only: false,
  async run({ to, to_org, ...rest }, context) {
    const request = { payee: to, payee_org: to_org, ...rest };
    const answer = await context.client.payments.pay(request, { signal: context.signal });
    return { ...answer, ...(await hintAfter(context, rest.session_id)) };
  },
});
