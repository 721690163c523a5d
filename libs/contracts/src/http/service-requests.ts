import { z } from 'zod';
import { BARE_LABEL, BOUNDS, SERVICE } from './bounds.js';
import {
  amountField,
  deadlineField,
  handleField,
  idempotencyKeyField,
  idField,
  labelField,
  labelsField,
  rule,
} from './fields.js';
import { isJsonObject, type JsonObject } from './json.js';
import { SERVICE_RULE } from './rule-texts.js';

const TEXT_CHARACTERS = 100_000;

const serviceField = z.string(rule(SERVICE_RULE)).regex(SERVICE, { error: SERVICE_RULE });

const content = (what: string) => {
  const message = `must be text of 1 to ${TEXT_CHARACTERS} characters`;
  return z
    .string(rule(message))
    .min(1, { error: message })
    .max(TEXT_CHARACTERS, { error: message })
    .meta({ description: what });
};

/** Who pays and what for: the same in every call of a paid service. */
const common = {
  agent_id: handleField.optional().meta({ description: 'Who pays: id or handle of an agent.' }),
  session_id: idField.optional(),
  max_credits: amountField
    .optional()
    .meta({ description: 'A call that may cost more than this is refused as budget_exceeded, before it is made.' }),
  label: labelField.optional(),
  labels: labelsField.optional(),
  idempotency_key: idempotencyKeyField.optional(),
  deadline_ms: deadlineField.optional(),
};

/** One map from both fields, as for every payment. What else stands in the body is ignored: these calls take what agents send. */
function withLabels<Body extends { label?: string | undefined; labels?: Record<string, string> | undefined }>(
  body: Body,
  context: z.RefinementCtx,
): Omit<Body, 'label' | 'labels'> & { labels: Record<string, string> } {
  const { label, labels, ...rest } = body;
  const mapped = labels?.[BARE_LABEL];
  if (label !== undefined && mapped !== undefined && mapped !== label)
    context.addIssue({
      code: 'custom',
      path: ['label'],
      message: 'must be the same as labels.label where both are given',
    });
  const all: Record<string, string> = label === undefined ? { ...labels } : { [BARE_LABEL]: label, ...labels };
  return Object.assign(rest, { labels: all });
}

/** `POST /v1/pay`. */
export const payServiceSchema = z
  .object({
    service: serviceField,
    payload: z
      .custom<JsonObject>(isJsonObject, rule('must be an object: what the service is asked'))
      .meta({ type: 'object', description: 'What the service is asked; its fields stand in GET /v1/services/{name}.' }),
    ...common,
  })
  .transform(withLabels)
  .meta({ id: 'PayServiceRequest' });
export type PayServiceRequest = z.output<typeof payServiceSchema>;

const typed = {
  ...common,
  service: serviceField.optional().meta({ description: 'Another service than the default one.' }),
};

/** `POST /v1/search`. */
export const searchServiceSchema = z
  .object({ query: content('What is searched for.'), ...typed })
  .transform(withLabels)
  .meta({ id: 'SearchRequest' });

/** `POST /v1/email/send`. */
export const emailServiceSchema = z
  .object({ to: content('To whom.'), subject: content('Its subject.'), body: content('Its text.'), ...typed })
  .transform(withLabels)
  .meta({ id: 'SendEmailRequest' });

/** `POST /v1/image`. */
export const imageServiceSchema = z
  .object({ prompt: content('What is to be seen.'), ...typed })
  .transform(withLabels)
  .meta({ id: 'ImageRequest' });

/** `POST /v1/sms`. */
export const smsServiceSchema = z
  .object({ to: content('To which number.'), body: content('Its text.'), ...typed })
  .transform(withLabels)
  .meta({ id: 'SendSmsRequest' });

/** `PUT /v1/services/{name}/secret`. */
export const serviceSecretSchema = z
  .strictObject({
    secret: z
      .union(
        [z.string(), z.record(z.string(), z.string())],
        rule('must be text, or an object of the texts that the service needs'),
      )
      .refine((secret) => JSON.stringify(secret).length <= BOUNDS.memo_characters * 4, { error: 'is too long' })
      .meta({ description: 'Kept encrypted, and never shown again.' }),
  })
  .meta({ id: 'ServiceSecretRequest' });
