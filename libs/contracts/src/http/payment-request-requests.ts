import { z } from 'zod';
import { BARE_LABEL, BOUNDS, CATEGORY } from './bounds.js';
import {
  amountField,
  currencyField,
  deadlineField,
  expiresInField,
  handleField,
  idempotencyKeyField,
  idField,
  labelField,
  labelsField,
  organizationField,
  rule,
  textField,
  unitsOf,
} from './fields.js';
import { CATEGORY_RULE } from './rule-texts.js';
import { pageQuerySchema } from './queries.js';

const step = { idempotency_key: idempotencyKeyField.optional(), deadline_ms: deadlineField.optional() };

/** A bare label stands in the map under its own name; both may be given where they say the same. */
function labelsOf(body: { label?: string; labels?: Record<string, string> }, context: z.RefinementCtx) {
  const { label, labels } = body;
  if (label === undefined) return labels ?? {};
  if ((labels?.[BARE_LABEL] ?? label) !== label)
    context.addIssue({
      code: 'custom',
      path: ['label'],
      message: 'must be the same as labels.label where both are given',
    });
  return { ...labels, [BARE_LABEL]: label };
}

/** Money that an agent asks another for. */
export const openPaymentRequestSchema = z
  .strictObject({
    payee: handleField.optional().meta({
      description:
        'Who is to have the money: id or handle. Default: the agent whose token asks. With an org key: needed.',
    }),
    payer: handleField.meta({ description: 'Who is asked: id or handle of an agent.' }),
    payer_org: organizationField.optional().meta({ description: 'Id of the org of `payer`, where it is another one.' }),
    amount: amountField,
    currency: currencyField.optional(),
    label: labelField.optional(),
    labels: labelsField.optional().meta({ description: "The payee's own: they do not stand on the payment." }),
    category: z
      .string(rule(CATEGORY_RULE))
      .regex(CATEGORY, { error: CATEGORY_RULE })
      .optional()
      .meta({ description: "The payment has it too, for the payer's rules." }),
    memo: textField(BOUNDS.memo_characters)
      .optional()
      .meta({ description: 'For payee and payer to read. It never enters the log, which holds a salted hash.' }),
    expires_in: expiresInField.optional(),
    ...step,
  })
  .transform((body, context) => {
    const { label: _label, labels: _labels, currency, expires_in, ...rest } = body;
    const asset = currency ?? 'USD';
    const amount = unitsOf(body.amount, asset, 1);
    if ('message' in amount) context.addIssue({ code: 'custom', path: ['amount'], message: amount.message });
    return {
      ...rest,
      asset,
      amount: 'units' in amount ? amount.units : 0n,
      labels: labelsOf(body, context),
      expires_in_ms: expires_in === undefined ? undefined : expires_in * 1000,
    };
  })
  .meta({ id: 'OpenPaymentRequest' });

const payeeOrgField = organizationField
  .optional()
  .meta({ description: 'Id of the org that asks, where it is another one.' });

/** Amount, payee and currency are those of the request, never of who pays. */
export const payPaymentRequestSchema = z
  .strictObject({
    payee_org: payeeOrgField,
    session_id: idField.optional(),
    label: labelField.optional(),
    labels: labelsField.optional(),
    ...step,
  })
  .transform((body, context) => {
    const { label: _label, ...rest } = body;
    return { ...rest, labels: labelsOf(body, context) };
  })
  .meta({ id: 'PayPaymentRequest' });

export const cancelPaymentRequestSchema = z.strictObject(step).meta({ id: 'CancelPaymentRequest' });

export const declinePaymentRequestSchema = z
  .strictObject({ payee_org: payeeOrgField, ...step })
  .meta({ id: 'DeclinePaymentRequest' });

export const readPaymentRequestQuerySchema = z
  .strictObject({ payee_org: payeeOrgField })
  .meta({ id: 'PaymentRequestQuery' });

export const PAYMENT_REQUEST_STATUSES = ['open', 'paid', 'cancelled', 'declined', 'expired'] as const;

export const paymentRequestsQuerySchema = pageQuerySchema
  .extend({
    as: z
      .enum(['payee', 'payer'], rule('must be payee or payer'))
      .optional()
      .meta({ description: 'payee (default): what agents of the org ask for. payer: what they are asked for.' }),
    agent: handleField.optional().meta({ description: 'Id or handle: only where this agent is on that side.' }),
    status: z.enum(PAYMENT_REQUEST_STATUSES, rule('must be the status of a payment request')).optional(),
  })
  .meta({ id: 'PaymentRequestsQuery' });
