import { z } from 'zod';
import { receiptSchema } from './answers-receipt-schemas.js';

const decimalText = z.string().meta({ description: 'A decimal amount of the currency.' });
const party = z.strictObject({ agent_id: z.string(), handle: z.string() });

export const resolvedChallengeSchema = z
  .strictObject({
    payment_id: z.string(),
    hold_id: z.string().meta({ description: 'The same id: the payment is the hold.' }),
    payment_token: z.string().meta({ description: 'Redeemed once, by the payee, through whatever door.' }),
    header_name: z.enum(['X-Payment', 'X-PAYMENT', 'PAYMENT-SIGNATURE', 'Authorization']),
    header_value: z.string().meta({ description: 'What the retry of the request carries under that name.' }),
    payment_payload: z.looseObject({}).optional().meta({ description: 'The header, decoded; not in the older form.' }),
    accepted: z.looseObject({}).optional().meta({ description: 'The offer that was chosen, as it came.' }),
    amount: decimalText,
    currency: z.string(),
    payer: party,
    payee: z.string().meta({ description: 'As the challenge names it.' }),
    scheme: z.enum(['exact', 'upto']),
    network: z.string(),
    session_id: z.string().nullable(),
    expires_at: z.iso.datetime(),
    receipt_id: z.string(),
    position: z.string(),
  })
  .meta({ id: 'ResolvedChallenge', description: 'A hold for what a 402 asks, and the token that its payee redeems.' });

export const redeemedTokenSchema = z
  .strictObject({
    payment_id: z.string(),
    status: z.literal('captured'),
    amount_captured: decimalText,
    currency: z.string(),
    payer: party,
    payee: z.looseObject({}),
    protocol: z.string(),
    recorded_at: z.iso.datetime(),
    receipt_id: z.string(),
    position: z.string(),
    receipt: receiptSchema
      .nullable()
      .meta({ description: 'Null where the payer is of another org: read it when the money has arrived.' }),
  })
  .meta({ id: 'RedeemedToken' });

/** The body of both calls of a facilitator; its parts are the protocol's and are checked by settlement. */
export const facilitatorCallSchema = z
  .looseObject({
    x402Version: z.union([z.literal(1), z.literal(2)]),
    paymentPayload: z.looseObject({}),
    paymentRequirements: z.looseObject({}),
  })
  .meta({ id: 'FacilitatorCall', description: 'As x402 v1 and v2 say.' });

export const verifyAnswerSchema = z
  .looseObject({
    isValid: z.boolean(),
    invalidReason: z.string().optional(),
    invalidMessage: z.string().optional(),
    payer: z.string().optional(),
  })
  .meta({ id: 'VerifyAnswer' });

export const settleAnswerSchema = z
  .looseObject({
    success: z.boolean(),
    transaction: z.string().meta({ description: 'The payment; empty where there is none.' }),
    network: z.string(),
    errorReason: z.string().optional(),
    errorMessage: z.string().optional(),
    payer: z.string().optional(),
    amount: z.string().optional().meta({ description: 'Atomic units that were settled.' }),
    extra: z.looseObject({}).optional(),
  })
  .meta({ id: 'SettleAnswer' });

export const settlementStatusSchema = z
  .strictObject({
    transaction: z.string(),
    network: z.string(),
    payment_id: z.string(),
    state: z
      .enum(['held', 'captured', 'released', 'expired', 'refunded', 'declined'])
      .meta({ description: 'held: nothing was settled yet. captured: what was asked for may be served, once.' }),
    firm: z.boolean().meta({ description: 'The payee has made the hold firm (flow escrow).' }),
    amount: z.string().meta({ description: 'Atomic units that are held, or were captured.' }),
    refunded: z.string().meta({ description: 'Atomic units that were given back.' }),
    asset: z.string(),
    payer: z.string(),
    payee: z.looseObject({}),
    expires_at: z.iso.datetime().nullable(),
    recorded_at: z.iso.datetime(),
    receipt_id: z.string(),
    position: z.string(),
  })
  .meta({ id: 'SettlementStatus', description: 'What became of a settlement whose answer was lost.' });

export const supportedAnswerSchema = z
  .looseObject({
    kinds: z.array(z.looseObject({ x402Version: z.number(), scheme: z.string(), network: z.string() })),
    extensions: z.array(z.string()),
    signers: z.looseObject({}),
  })
  .meta({ id: 'SupportedAnswer' });
