import { z } from 'zod';
import { BOUNDS, CATEGORY, SERVICE } from './bounds.js';
import {
  amountField,
  booleanField,
  currencyField,
  deadlineField,
  expiresInField,
  handleField,
  idempotencyKeyField,
  idField,
  labelField,
  labelsField,
  organizationField,
  requestIdField,
  rule,
  textField,
  unitsOf,
} from './fields.js';
import { CATEGORY_RULE, SERVICE_RULE } from './rule-texts.js';

/**
 * The payment request as the OpenAPI document shows it. The service reads payments by `parsePaymentRequest`, which is
 * faster; a test holds the two together.
 */
export const paymentRequestSchema = z
  .strictObject({
    payee: handleField
      .optional()
      .meta({ description: 'Handle or id of the agent that is paid; instead of `service`.' }),
    payee_org: organizationField.optional().meta({ description: 'Id of the org of `payee`, where it is another one.' }),
    service: z
      .string(rule(SERVICE_RULE))
      .regex(SERVICE, { error: SERVICE_RULE })
      .optional()
      .meta({ description: 'Name of the service that is paid; instead of `payee`.' }),
    amount: amountField,
    currency: currencyField.optional(),
    capture: booleanField
      .optional()
      .meta({ description: 'true: authorize and capture in one decision; false (default): hold.' }),
    agent_id: handleField.optional().meta({ description: 'Who pays: id or handle of an agent.' }),
    session_id: idField.optional(),
    label: labelField.optional(),
    labels: labelsField.optional(),
    category: z.string(rule(CATEGORY_RULE)).regex(CATEGORY, { error: CATEGORY_RULE }).optional(),
    request_id: requestIdField.optional(),
    memo: textField(BOUNDS.memo_characters)
      .optional()
      .meta({ description: 'A note beside the payment; it never enters the log.' }),
    expires_in: expiresInField.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .superRefine((body, context) => {
    if ((body.payee === undefined) === (body.service === undefined)) {
      context.addIssue({ code: 'custom', path: ['payee'], message: 'name a payee or a service' });
    }
    if (body.payee_org !== undefined && body.payee === undefined) {
      context.addIssue({ code: 'custom', path: ['payee_org'], message: 'must stand beside payee' });
    }
    const amount = unitsOf(body.amount, body.currency ?? 'USD', 1);
    if ('message' in amount) context.addIssue({ code: 'custom', path: ['amount'], message: amount.message });
    if (body.capture && body.expires_in !== undefined) {
      context.addIssue({ code: 'custom', path: ['expires_in'], message: 'must not stand beside capture: true' });
    }
    const mapped = body.labels?.['label'];
    if (body.label !== undefined && mapped !== undefined && mapped !== body.label) {
      context.addIssue({ code: 'custom', path: ['label'], message: 'must be the same as labels.label' });
    }
  })
  .meta({ id: 'PaymentRequest' });
