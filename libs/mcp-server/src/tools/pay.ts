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

/** A model waits about a minute for a tool; the service itself is waited for 25 s. */
const PATIENCE_MS = 50_000;

export const pay = defineTool({
  name: 'pay',
  title: 'Call a paid service',
  description:
    'Calls a paid service such as a web search, a page reader, e-mail or images, and pays for it, at most max_credits. list_services says which there are, what they cost and what each one’s payload holds. Nothing is spent where the call is refused.',
  input: z.strictObject({
    service: z.string().min(1).meta({ description: 'Name of the service, as list_services shows it.' }),
    payload: z.record(z.string(), z.unknown()).meta({
      description: 'What the service is asked, such as {"query": "…"} for search and {"url": "…"} for reading.',
    }),
    max_credits: amountField.meta({ description: 'The most that this call may cost, in USD.' }),
    idempotency_key: idempotencyKeyField,
    session_id: sessionField,
    agent_id: agentField,
    label: labelField,
    labels: labelsField,
  }),
  output: z.looseObject({
    answer: z.record(z.string(), z.unknown()).meta({ description: 'What the service answered.' }),
    receipt_id: z.string(),
    credits_spent: z.number().meta({ description: 'What the call did cost, in USD.' }),
    sandbox: z.boolean().optional().meta({ description: 'The answer is made up: the provider is not set up here.' }),
    answer_expired: z.boolean().optional(),
    hint: hintField,
  }),
  reads_only: false,
  async run(request, context) {
    const paid = await context.client.pay(request, { signal: context.signal, deadline_ms: PATIENCE_MS });
    const { receipt_id, credits_spent, receipt: _receipt, sandbox, answer_expired, ...answer } = paid;
    const hint = await hintAfter(context, request.session_id);
    return { answer, receipt_id, credits_spent, sandbox, answer_expired, ...hint };
  },
});
