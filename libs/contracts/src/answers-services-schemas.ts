import { z } from 'zod';
import { receiptSchema } from './answers-receipt-schemas.js';

const paid = {
  sandbox: z
    .literal(true)
    .optional()
    .meta({ description: 'The sandbox answered: nothing of it is real but the payment.' }),
  answer_expired: z
    .literal(true)
    .optional()
    .meta({ description: 'It was paid for and answered, and the answer is kept no longer.' }),
  receipt_id: z.string(),
  credits_spent: z.number().meta({ description: 'What the call came to, in credits; at most its estimate.' }),
  receipt: receiptSchema,
};

export const paidServiceSchema = z
  .looseObject(paid)
  .meta({ id: 'PaidService', description: 'The own answer of the service, and what was paid for it.' });

export const searchAnswerSchema = z
  .looseObject({ result: z.string().optional(), ...paid })
  .meta({ id: 'SearchAnswer' });
export const messageAnswerSchema = z
  .looseObject({ message_id: z.string().optional(), ...paid })
  .meta({ id: 'MessageAnswer' });
export const imageAnswerSchema = z.looseObject({ url: z.string().optional(), ...paid }).meta({ id: 'ImageAnswer' });

const summary = {
  name: z.string(),
  title: z.string(),
  description: z.string().optional(),
  category: z.string(),
  enabled: z.boolean().meta({ description: 'Whether it can be called.' }),
  mode: z
    .enum(['live', 'sandbox', 'needs_secret'])
    .meta({ description: 'Who answers: the provider, the sandbox in its stead, or nobody until it has a secret.' }),
  source: z.enum(['deployment', 'organization']).meta({ description: 'Who has defined it.' }),
  typed_call: z.enum(['search', 'email', 'image', 'sms']).optional(),
  price: z.string().meta({ description: 'In words.' }),
  max_credits_recommended: z.string(),
  payload: z.looseObject({}).meta({ description: 'Its fields: type, required, default, bounds.' }),
  secret_parts: z.array(z.string()).meta({ description: 'What its secret consists of; empty where it needs none.' }),
};

export const serviceSummarySchema = z.looseObject(summary).meta({ id: 'ServiceSummary' });
export const servicesAnswerSchema = z.looseObject({ services: z.array(serviceSummarySchema) }).meta({ id: 'Services' });
export const serviceInFullSchema = z
  .looseObject({ ...summary, definition: z.looseObject({}) })
  .meta({ id: 'ServiceInFull' });
export const removedServiceSchema = z
  .strictObject({ name: z.string(), removed: z.literal(true) })
  .meta({ id: 'RemovedService' });

/** Its form stands in docs/services.md; settlement checks it, and names line and field. */
export const serviceDefinitionBodySchema = z
  .looseObject({ name: z.string(), title: z.string() })
  .meta({ id: 'ServiceDefinitionRequest', description: 'The definition of a paid service, as data.' });
