import { z } from 'zod';
import { agentParty, currency, isoTime, position } from './answers-field-schemas.js';
import { declineAnswerSchema } from './answers-decline-schemas.js';
import { paymentsAnswerSchema, paymentStateSchema } from './answers-payment-schemas.js';
import { incomingPaymentSchema } from './answers-incoming-payment-schemas.js';

/** What answers about receipts look like, for the OpenAPI document; tests hold rendered receipts to them. */
const evidence = {
  position,
  event_hash: z.string().meta({ description: 'SHA-256 of the log up to this event, as hex digits.' }),
};

const receiptDecline = declineAnswerSchema
  .omit({ retryable: true, action: true })
  .meta({ id: 'ReceiptDecline', description: 'Which rule refused, with its figures.' });

const headShape = {
  receipt_id: z.string(),
  payment_id: z.string(),
  iss: z.string().meta({ description: 'The deployment that signed it: `ledger:<name>`.' }),
  iat: z.int().meta({ description: 'Time of the last recorded fact, in seconds since the epoch.' }),
  org: z.string().meta({ description: 'Whose book says so.' }),
  currency,
  decimals: z.int(),
  asset: z.string(),
  decided_at: isoTime,
  recorded_at: isoTime,
  decided: z.strictObject(evidence).meta({ description: 'The event that decided the payment.' }),
  recorded: z.strictObject(evidence).meta({ description: 'The last event that is recorded of it.' }),
  refusals: z
    .array(z.strictObject({ ...evidence, type: z.string(), recorded_at: isoTime, decline: receiptDecline }))
    .meta({ description: 'Later steps that were refused and recorded; the latest 100.' }),
};

const jws = z.string().meta({
  description:
    'Compact JWS (EdDSA, `typ` bursar-receipt+jwt) whose payload has every other field of this answer, for `/.well-known/jwks.json`.',
});

const { shape: state } = paymentStateSchema;

const paymentReceiptSchema = z
  .strictObject({
    ...headShape,
    book: z.literal('payer'),
    status: state.status,
    amount: state.amount,
    amount_held: state.amount_held,
    amount_captured: state.amount_captured,
    amount_refunded: state.amount_refunded,
    payer: state.payer,
    on_behalf_of: agentParty
      .optional()
      .meta({ description: 'Where the payer is a scoped agent: whose money it spends.' }),
    payee: state.payee,
    protocol: state.protocol,
    session_id: state.session_id,
    session_path: z.array(z.string()).meta({ description: 'The session and those above it, nearest first.' }),
    labels: state.labels,
    category: state.category,
    request_id: state.request_id,
    memo_hash: z.string().optional().meta({ description: 'Salted hash of the memo, as the log has it.' }),
    within_cap: z.boolean().meta({ description: 'false: a rule refused the payment, and `decline` says which.' }),
    decline: receiptDecline.optional(),
    policy_version: state.policy_version,
    terms_hash: z.string().optional().meta({ description: 'Hash of the 402 challenge that the payment answers.' }),
    settlement: state.settlement,
    refunds: state.refunds,
    jws,
  })
  .meta({ id: 'PaymentReceipt' });

const { shape: incoming } = incomingPaymentSchema;

const incomingReceiptSchema = z
  .strictObject({
    ...headShape,
    book: z.literal('payee'),
    status: incoming.status,
    amount: incoming.amount,
    amount_refunded: incoming.amount_refunded,
    payer: incoming.payer,
    payee: incoming.payee,
    request_id: incoming.request_id,
    refunds: incoming.refunds,
    jws,
  })
  .meta({ id: 'IncomingReceipt', description: 'Of a payment from another org, by what the payee’s book knows.' });

export const receiptSchema = z.union([paymentReceiptSchema, incomingReceiptSchema]).meta({ id: 'Receipt' });

export const receiptsAnswerSchema = z
  .strictObject({ receipts: paymentsAnswerSchema.shape.payments, next_cursor: z.string().nullable() })
  .meta({ id: 'ReceiptPage', description: 'What is receipted, unsigned: each signed receipt is read by its id.' });

export const jwksSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
        nbf: z.int().meta({ description: 'From when on it signs, in seconds since the epoch.' }),
        exp: z.int().meta({ description: 'From when on it signs no more.' }),
      }),
    ),
  })
  .meta({ id: 'Jwks' });
