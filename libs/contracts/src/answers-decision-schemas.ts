import { z } from 'zod';
import { currency, decimalText, isoTime, labels, payee, policyVersion, position } from './answers-field-schemas.js';
import { declineAnswerSchema } from './answers-decline-schemas.js';
import { paymentAnswerSchema } from './answers-payment-schemas.js';

const ruleAnswer = z
  .strictObject({
    scope: z.strictObject({ kind: z.string(), id: z.string() }),
    rule: z.string().nullable(),
    effect: z.enum(['refuses', 'waits', 'covers']).meta({
      description:
        'refuses: where it does not pass, the payment is refused. waits: where it does not pass, the payment waits for an approval, unless a grant covers it. covers: a grant; it passes where it covers the payment, and refuses nothing where it does not.',
    }),
    passes: z.boolean(),
    code: z
      .string()
      .nullable()
      .meta({ description: 'What it refuses with; null where it refuses nothing, or that depends on the payment.' }),
    currency: currency.optional(),
    limit: z.string().optional(),
    spent: z.string().optional(),
    held: z.string().optional(),
    requested: z.string().optional(),
    remaining: z.string().optional(),
    remaining_after: z.string().optional().meta({ description: 'After the payment, where the rule lets it pass.' }),
    resets_at: isoTime.optional(),
  })
  .meta({ id: 'ExplainedRule', description: 'A rule without figures only passes or does not.' });

export const decisionAnswerSchema = z
  .strictObject({
    would: z.enum(['captured', 'authorized', 'declined', 'pending_approval', 'replay', 'conflict']),
    amount: decimalText.nullable(),
    currency: currency.nullable(),
    payer: z.strictObject({ agent_id: z.string().nullable(), handle: z.string() }).nullable().meta({
      description: 'agent_id is null where the payment would be the first use of the handle.',
    }),
    payee: payee.nullable(),
    wallet_id: z.string().nullable(),
    session_id: z.string().nullable(),
    labels: labels.nullable(),
    decline: declineAnswerSchema.nullable().meta({ description: 'The rule that binds, or the conflict.' }),
    replays: paymentAnswerSchema.nullable().meta({ description: 'What was decided for the key before.' }),
    policy_version: policyVersion.nullable().meta({
      description: "null where it would be the payer's first use, whose rules are not set yet.",
    }),
    rules: z.array(ruleAnswer).meta({
      description:
        'In the order in which they bind: the first that refuses and does not pass; or else the first that waits and does not pass, unless the first grant that covers the payment lets it pass.',
    }),
    as_of: isoTime,
  })
  .meta({ id: 'Decision', description: 'What the payment would be answered now. Nothing was changed.' });

export const explanationAnswerSchema = decisionAnswerSchema
  .extend({
    payment_id: z.string(),
    decided_at: isoTime,
    position,
    reproduced: z.boolean().meta({
      description:
        'false: decided by an older version of Bursar. The verdict is the recorded one, the rules are told as now.',
    }),
  })
  .meta({ id: 'PastDecision', description: 'What was decided, and every rule with its figures as of then.' });
