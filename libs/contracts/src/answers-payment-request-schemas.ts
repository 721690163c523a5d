import { z } from 'zod';
import { agentParty, currency, decimalText, isoTime, labels, position } from './answers-field-schemas.js';
import { PAYMENT_REQUEST_STATUSES } from './http/payment-request-requests.js';

/** What answers about payment requests look like, for the OpenAPI document; tests hold rendered answers to them. */
const status = z.enum(PAYMENT_REQUEST_STATUSES).meta({ id: 'PaymentRequestStatus' });
const payee = z.union([agentParty, z.strictObject({ payee_org: z.string(), handle: z.string() })]);
const payer = z.union([agentParty, z.strictObject({ payer_org: z.string(), handle: z.string() })]);
const ofPayeesOrg = "Only for the payee's org.";

const requestShape = {
  request_id: z.string(),
  status,
  payee,
  payer,
  amount: decimalText,
  currency,
  labels: labels.optional().meta({ description: ofPayeesOrg }),
  category: z.string().nullable(),
  opened_at: isoTime,
  expires_at: isoTime.nullable(),
  position: position.optional(),
};

const ends = {
  ended_at: isoTime.nullable().meta({ description: 'When it was paid, cancelled or declined.' }),
  payment_id: z.string().nullable().meta({ description: 'What paid it.' }),
};

export const paymentRequestOpenedSchema = z.strictObject(requestShape).meta({ id: 'PaymentRequestOpened' });

export const paymentRequestStateSchema = z
  .strictObject({
    ...requestShape,
    memo: z.string().nullable().meta({ description: 'Null where there was none, or it is kept no longer.' }),
    ...ends,
  })
  .meta({ id: 'PaymentRequestState' });

export const paymentRequestStepSchema = z
  .strictObject({ request_id: z.string(), status, payee, payer, recorded_at: isoTime, position: position.optional() })
  .meta({ id: 'PaymentRequestStep' });

const listedAgent = z.strictObject({ agent_id: z.string(), handle: z.string().nullable() });

export const paymentRequestsAnswerSchema = z
  .strictObject({
    payment_requests: z.array(
      z.strictObject({
        ...requestShape,
        payee: z.union([listedAgent, z.strictObject({ payee_org: z.string(), handle: z.string() })]),
        payer: z.union([listedAgent, z.strictObject({ payer_org: z.string(), handle: z.string() })]),
        ...ends,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({
    id: 'PaymentRequestPage',
    description:
      'What is open comes first. A page may hold fewer rows than asked for and still have a next one; what ends while the pages are walked may be met twice.',
  });
