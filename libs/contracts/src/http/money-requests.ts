import { z } from 'zod';
import { BOUNDS, WALLET_NAME } from './bounds.js';
import {
  amountField,
  currencyField,
  deadlineField,
  handleField,
  idempotencyKeyField,
  idField,
  rule,
  textField,
  unitsOf,
} from './fields.js';

const REFERENCE_RULE = `must be 1 to ${BOUNDS.reference_characters} printable ASCII characters`;

export const topUpSchema = z
  .strictObject({
    wallet_id: idField.optional(),
    session_id: idField.optional(),
    agent_id: handleField.optional(),
    amount: amountField,
    currency: currencyField.optional(),
    reference: z
      .string(rule(REFERENCE_RULE))
      .regex(/^[\x20-\x7e]{1,255}$/, { error: REFERENCE_RULE })
      .optional()
      .meta({
        description:
          'Of the payment outside: the same reference again changes nothing. It is the key then; an idempotency_key beside it adds nothing.',
      }),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const asset = body.currency ?? 'USD';
    const amount = unitsOf(body.amount, asset, 1);
    if ('message' in amount) context.addIssue({ code: 'custom', path: ['amount'], message: amount.message });
    const targets = [body.wallet_id, body.session_id, body.agent_id].filter((each) => each !== undefined);
    if (targets.length !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['wallet_id'],
        message: 'name one of wallet_id, session_id and agent_id',
      });
    }
    const target =
      body.wallet_id !== undefined
        ? { wallet_id: body.wallet_id }
        : body.session_id !== undefined
          ? { session_id: body.session_id }
          : { agent: body.agent_id ?? '' };
    const { reference, idempotency_key, deadline_ms } = body;
    return { target, amount: 'units' in amount ? amount.units : 0n, asset, reference, idempotency_key, deadline_ms };
  })
  .meta({ id: 'TopUpRequest' });

export const transferSchema = z
  .strictObject({
    from_wallet_id: idField,
    to_wallet_id: idField,
    amount: amountField,
    currency: currencyField.optional(),
    reason: textField(BOUNDS.reason_characters)
      .optional()
      .meta({ description: 'Stands in the log for ever: no place for personal data.' }),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const asset = body.currency ?? 'USD';
    const amount = unitsOf(body.amount, asset, 1);
    if ('message' in amount) context.addIssue({ code: 'custom', path: ['amount'], message: amount.message });
    const { from_wallet_id, to_wallet_id, reason, idempotency_key, deadline_ms } = body;
    const units = 'units' in amount ? amount.units : 0n;
    return { from_wallet_id, to_wallet_id, amount: units, asset, reason, idempotency_key, deadline_ms };
  })
  .meta({ id: 'TransferRequest' });

const WALLET_NAME_RULE = `must be 1 to ${BOUNDS.wallet_name_characters} of A-Z, a-z, 0-9, '.', '_' and '-'`;

export const openWalletSchema = z
  .strictObject({
    kind: z.enum(['escrow', 'fees'], rule('must be escrow or fees')),
    name: z.string(rule(WALLET_NAME_RULE)).regex(WALLET_NAME, { error: WALLET_NAME_RULE }),
    currency: currencyField.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .meta({ id: 'OpenWalletRequest' });

export const issueKeySchema = z
  .strictObject({
    role: z.enum(
      ['admin', 'operator', 'orchestrator', 'finance'],
      rule('must be admin, operator, orchestrator or finance'),
    ),
    name: textField(BOUNDS.name_characters, 1),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .meta({ id: 'IssueKeyRequest' });

export type TopUpRequest = z.output<typeof topUpSchema>;
export type TransferRequest = z.output<typeof transferSchema>;
export type OpenWalletRequest = z.output<typeof openWalletSchema>;
export type IssueKeyRequest = z.output<typeof issueKeySchema>;
