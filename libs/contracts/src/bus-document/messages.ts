import { z } from 'zod';
import { declineAnswerSchema, problemSchema } from '../answers-decline-schemas.js';
import { paymentAnswerSchema } from '../answers-payment-schemas.js';

const idempotency_key = z.string().meta({ description: 'Of what is answered.' });

/** What a payment is answered on the bus, where a refusal is an answer and no error. */
export const intentAnswerSchema = z
  .union([
    z.intersection(z.object({ idempotency_key }), paymentAnswerSchema),
    z.strictObject({
      idempotency_key,
      status: z.literal('declined'),
      payment_id: z.string().optional().meta({ description: 'Of the recorded refusal.' }),
      position: z.string().optional(),
      policy_version: z.int().optional(),
      decline: z.union([declineAnswerSchema, problemSchema]),
    }),
  ])
  .meta({ id: 'IntentAnswer' });

const envelopeCall = z.enum(['x402.resolve', 'x402.verify', 'x402.settle', 'x402.redeem']);

export const envelopeSchema = z
  .strictObject({
    call: envelopeCall,
    idempotency_key: z.string().min(1).max(255),
    body: z.looseObject({}).meta({ description: 'Of the same call over HTTP.' }),
  })
  .meta({ id: 'Envelope' });

export const envelopeAnswerSchema = z
  .union([
    z.strictObject({
      idempotency_key,
      call: envelopeCall,
      outcome: z.string().meta({ description: 'How the protocol’s answer turned out.' }),
      answer: z.looseObject({}).meta({ description: 'Of the same call over HTTP.' }),
    }),
    z.strictObject({
      idempotency_key: idempotency_key.optional(),
      call: envelopeCall.optional(),
      outcome: z.literal('refused'),
      problem: problemSchema,
    }),
  ])
  .meta({ id: 'EnvelopeAnswer' });

/** As it is in the log, but for what credentials were hashed to. */
export const feedEventSchema = z
  .looseObject({
    type: z.string().meta({ description: 'Such as payment.authorized.' }),
    org: z.string(),
    time: z.int().meta({ description: 'Milliseconds since the epoch.' }),
    by: z.string().optional().meta({ description: 'The credential that acted.' }),
  })
  .meta({
    id: 'RecordedEvent',
    description: 'An event as it was recorded: amounts are smallest units as text, times milliseconds.',
  });
