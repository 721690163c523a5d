import type { ApprovalThreshold, LimitDefinition } from '#domain';
import { z } from 'zod';
import { BOUNDS, SERVICE } from './bounds.js';
import {
  amountField,
  currencyField,
  deadlineField,
  expiresInField,
  handleField,
  idempotencyKeyField,
  rule,
  textField,
  unitsOf,
} from './fields.js';
import { periodField, timeZoneField } from './limit-request.js';
import { SERVICE_RULE } from './rule-texts.js';
import { pageQuerySchema } from './queries.js';

/** Above this a payment waits for an approval; 0: every payment does. */
export const approvalAboveField = z
  .strictObject({ amount: amountField, currency: currencyField.optional() }, rule('must be {amount, currency}'))
  .transform(({ amount, currency }, context): ApprovalThreshold => {
    const asset = currency ?? 'USD';
    const units = unitsOf(amount, asset, 0);
    if ('message' in units) context.addIssue({ code: 'custom', path: ['amount'], message: units.message });
    return { amount: 'units' in units ? units.units.toString() : '0', asset };
  })
  .meta({
    id: 'ApprovalAbove',
    description: 'Payments above this amount wait for an approval; in another currency, all do.',
  });

const step = { idempotency_key: idempotencyKeyField.optional(), deadline_ms: deadlineField.optional() };

export const approveSchema = z.strictObject(step).meta({ id: 'ApproveRequest' });

export const denySchema = z
  .strictObject({
    explanation: textField(BOUNDS.reason_characters)
      .optional()
      .meta({ description: 'Stands in the log for ever: no place for personal data.' }),
    ...step,
  })
  .meta({ id: 'DenyRequest' });

export const createGrantSchema = z
  .strictObject({
    agent_id: handleField.optional().meta({ description: 'Who may use it; absent means any agent of the org.' }),
    payee: handleField
      .optional()
      .meta({ description: 'Handle or id of the agent that is paid; instead of `service`.' }),
    service: z.string(rule(SERVICE_RULE)).regex(SERVICE, { error: SERVICE_RULE }).optional(),
    amount: amountField.meta({ description: 'The most that may be spent under it in each period.' }),
    currency: currencyField.optional(),
    per: periodField.meta({ description: 'Any period of a limit but `payment`.' }),
    time_zone: timeZoneField.optional(),
    expires_in: expiresInField.optional().meta({ description: 'Absent: it stands until it is revoked.' }),
    ...step,
  })
  .transform((body, context) => {
    if ((body.payee === undefined) === (body.service === undefined))
      context.addIssue({ code: 'custom', path: ['payee'], message: 'name a payee or a service' });
    if (body.per === 'payment')
      context.addIssue({ code: 'custom', path: ['per'], message: 'must not be payment: a grant is for a period' });
    if (body.time_zone !== undefined && (typeof body.per === 'object' || body.per === 'lifetime'))
      context.addIssue({ code: 'custom', path: ['time_zone'], message: 'belongs to calendar windows only' });
    const asset = body.currency ?? 'USD';
    const units = unitsOf(body.amount, asset, 1);
    if ('message' in units) context.addIssue({ code: 'custom', path: ['amount'], message: units.message });
    const limit: LimitDefinition = {
      of: 'amount',
      per: body.per,
      maximum: 'units' in units ? units.units.toString() : '0',
      asset,
      ...(body.time_zone === undefined || body.time_zone === 'UTC' ? {} : { time_zone: body.time_zone }),
    };
    return {
      agent: body.agent_id,
      payee: body.payee === undefined ? { service: body.service ?? '' } : { agent: body.payee },
      limit,
      expires_in_ms: body.expires_in === undefined ? undefined : body.expires_in * 1000,
      idempotency_key: body.idempotency_key,
      deadline_ms: body.deadline_ms,
    };
  })
  .meta({ id: 'CreateGrantRequest' });

export const APPROVAL_STATUSES = ['pending', 'approved', 'denied', 'expired', 'voided'] as const;

export const approvalsQuerySchema = pageQuerySchema
  .extend({
    status: z
      .enum(APPROVAL_STATUSES, rule(`must be one of ${APPROVAL_STATUSES.join(', ')}`))
      .optional()
      .meta({
        description:
          'Default: pending, oldest first, as the book has it now. The others come newest first from the read models, which may lag behind it for a moment.',
      }),
  })
  .meta({ id: 'ApprovalsQuery' });

/** Longer waits than a call may take are polled for. */
export const LONGEST_WAIT_SECONDS = 25;
const WAIT_RULE = `must be a whole number from 0 to ${LONGEST_WAIT_SECONDS}`;

export const approvalQuerySchema = z
  .strictObject({
    wait_seconds: z
      .string(rule(WAIT_RULE))
      .regex(/^\d{1,2}$/, { error: WAIT_RULE })
      .transform(Number)
      .refine((seconds) => seconds <= LONGEST_WAIT_SECONDS, { error: WAIT_RULE })
      .optional()
      .meta({
        type: 'integer',
        minimum: 0,
        maximum: LONGEST_WAIT_SECONDS,
        description: 'Answer only when it is pending no more, or after so long.',
      }),
  })
  .meta({ id: 'ApprovalQuery' });

export const grantsQuerySchema = pageQuerySchema.meta({ id: 'GrantsQuery' });

export type CreateGrantRequest = z.output<typeof createGrantSchema>;
