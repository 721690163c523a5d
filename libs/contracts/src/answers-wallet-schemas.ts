import { z } from 'zod';
import { currency, decimalText, isoTime, position } from './answers-field-schemas.js';

export const topUpAnswerSchema = z
  .strictObject({
    topup_id: z.string(),
    wallet_id: z.string().optional(),
    session_id: z.string().optional(),
    agent_id: z.string().optional(),
    amount: decimalText,
    currency,
    reference: z.string().nullable(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'TopUpAnswer' });

export const transferAnswerSchema = z
  .strictObject({
    transfer_id: z.string(),
    from_wallet_id: z.string(),
    to_wallet_id: z.string(),
    amount: decimalText,
    currency,
    reason: z.string().nullable(),
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'TransferAnswer' });

export const walletOpenedSchema = z
  .strictObject({
    wallet_id: z.string(),
    kind: z.enum(['escrow', 'fees']),
    name: z.string(),
    currency,
    recorded_at: isoTime,
    position,
  })
  .meta({ id: 'WalletOpened' });

export const walletsAnswerSchema = z
  .strictObject({
    wallets: z.array(
      z.strictObject({
        wallet_id: z.string(),
        kind: z.enum(['treasury', 'agent', 'service', 'escrow', 'fees', 'clearing', 'external']),
        name: z.string().nullable().meta({ description: 'Of a wallet that was opened by name.' }),
        owner: z.strictObject({ kind: z.string(), id: z.string() }),
        currency,
        available: decimalText,
        held: decimalText,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'WalletPage' });
