import { z } from 'zod';
import { hintAfter } from '../budget-hint.js';
import { hasReference } from '../challenge-reference.js';
import {
  agentField,
  amountField,
  hintField,
  idempotencyKeyField,
  labelField,
  labelsField,
  sessionField,
} from '../fields.js';
import { ArgumentsInvalid, defineTool } from '../tool.js';

export const resolve402 = defineTool({
  name: 'resolve_402',
  title: 'Pay a 402 Payment Required',
  description:
    'Takes what a web server answered with status 402 and holds what it asks for. Send the request to the server once more with the header that is given (header_name, header_value). The same challenge again gives the same header and pays nothing more.',
  input: z.strictObject({
    challenge: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).meta({
      description:
        'The raw value of the header PAYMENT-REQUIRED, X-Payment-Required or WWW-Authenticate (Payment …), or the JSON body of an x402 v1 answer.',
    }),
    max_credits: amountField.meta({
      description: 'The most that you are ready to pay, in the currency that is asked for.',
    }),
    idempotency_key: idempotencyKeyField.optional().meta({
      description: 'Required where the challenge has no nonce or id of its own, which comes first where it has one.',
    }),
    session_id: sessionField,
    agent_id: agentField,
    label: labelField,
    labels: labelsField,
  }),
  output: z.looseObject({
    payment_id: z.string(),
    header_name: z.string().optional(),
    header_value: z.string().optional(),
    amount: z.string().optional(),
    currency: z.string(),
    receipt_id: z.string(),
    expires_at: z.string().nullable(),
    status: z.string().optional().meta({ description: 'pending_approval: no header yet; call again once approved.' }),
    approval_id: z.string().optional(),
    hint: hintField,
  }),
  reads_only: false,
  async run(request, context) {
    if (request.idempotency_key === undefined && !hasReference(request.challenge)) {
      const message =
        'is required, since this challenge has no nonce or id of its own: make one up and keep it for repetitions';
      throw new ArgumentsInvalid([{ field: 'idempotency_key', message }]);
    }
    const resolved = await context.client.x402.resolve(request, { signal: context.signal });
    return { ...resolved, ...(await hintAfter(context, request.session_id)) };
  },
});
