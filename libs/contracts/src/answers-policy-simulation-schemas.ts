import { z } from 'zod';
import { currency, decimalText, isoTime } from './answers-field-schemas.js';
import { declineAnswerSchema } from './answers-decline-schemas.js';

const otherwiseDecided = z.strictObject({
  payment_id: z.string(),
  agent_id: z.string(),
  amount: decimalText,
  currency,
  decided_at: isoTime,
  decline: declineAnswerSchema,
});

export const policySimulationSchema = z
  .strictObject({
    judged: z
      .int()
      .meta({ description: 'Recorded payments of the period that passed then, or that this scope refused.' }),
    would_refuse: z.int(),
    would_pass: z.int(),
    rules: z.array(
      z.strictObject({ rule: z.string(), code: z.string(), payments: z.int(), currency, amount: decimalText }),
    ),
    refused: z
      .array(otherwiseDecided)
      .meta({ description: 'The first 100; `decline` is what the draft would have said.' }),
    passed: z.array(otherwiseDecided).meta({ description: 'The first 100; `decline` is what was said then.' }),
    complete: z.boolean(),
    judged_until: isoTime,
  })
  .meta({
    id: 'PolicySimulation',
    description: 'What a draft would have decided otherwise; nothing is changed by it.',
  });
