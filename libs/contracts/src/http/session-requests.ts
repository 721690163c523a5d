import { z } from 'zod';
import { approvalAboveField } from './approval-requests.js';
import { BARE_LABEL, BOUNDS } from './bounds.js';
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
  rule,
  textField,
  unitsOf,
} from './fields.js';
import { limitsField } from './limit-request.js';
import { listsField } from './list-request.js';

export const openSessionSchema = z
  .strictObject({
    budget: amountField,
    currency: currencyField.optional(),
    description: textField(BOUNDS.description_characters)
      .optional()
      .meta({ description: 'For people. It never enters the log, which holds a salted hash.' }),
    agent_id: handleField.optional().meta({ description: 'Who pays where a payment in the session names no agent.' }),
    participants: z
      .array(handleField, rule('must be a list of agents'))
      .max(BOUNDS.participants, { error: `must name at most ${BOUNDS.participants} agents` })
      .optional(),
    parent_session_id: idField.optional(),
    mode: z
      .enum(['shared', 'reserved'], rule('must be shared or reserved'))
      .optional()
      .meta({ description: "shared (default): a cap over the parent's money; reserved: carved out of it." }),
    label: labelField.optional(),
    labels: labelsField.optional(),
    limits: limitsField.optional().meta({ description: 'In the currency of the budget; they count all below.' }),
    lists: listsField.optional(),
    approval_above: approvalAboveField.optional(),
    wallet_id: idField.optional().meta({ description: 'All payments in the session draw on this wallet.' }),
    expires_in: expiresInField.optional(),
    idempotency_key: idempotencyKeyField.optional(),
    deadline_ms: deadlineField.optional(),
  })
  .transform((body, context) => {
    const asset = body.currency ?? 'USD';
    const budget = unitsOf(body.budget, asset, 0);
    if ('message' in budget) context.addIssue({ code: 'custom', path: ['budget'], message: budget.message });
    const mapped = body.labels?.[BARE_LABEL];
    if (body.label !== undefined && mapped !== undefined && mapped !== body.label) {
      context.addIssue({
        code: 'custom',
        path: ['label'],
        message: 'must be the same as labels.label where both are given',
      });
    }
    return {
      budget: 'units' in budget ? budget.units : 0n,
      asset,
      description: body.description,
      agent: body.agent_id,
      participants: body.participants,
      parent_session_id: body.parent_session_id,
      mode: body.mode ?? ('shared' as const),
      labels: body.label === undefined ? (body.labels ?? {}) : { ...body.labels, [BARE_LABEL]: body.label },
      limits: body.limits,
      lists: body.lists,
      approval_above: body.approval_above,
      wallet_id: body.wallet_id,
      expires_in_ms: body.expires_in === undefined ? undefined : body.expires_in * 1000,
      idempotency_key: body.idempotency_key,
      deadline_ms: body.deadline_ms,
    };
  })
  .meta({ id: 'OpenSessionRequest' });

/** A patch repeated does no harm, so it takes no key. The budget is read in the session's own currency. */
export const changeSessionSchema = z
  .strictObject({
    budget: amountField.optional(),
    currency: currencyField.optional().meta({ description: "Must be the session's." }),
    expires_in: expiresInField.nullable().optional().meta({ description: 'Seconds from now; null lifts the expiry.' }),
    limits: limitsField.optional().meta({ description: 'The whole new list; absent leaves the limits as they are.' }),
    lists: listsField.nullable().optional().meta({ description: 'All lists anew; null lifts them.' }),
    approval_above: approvalAboveField
      .nullable()
      .optional()
      .meta({ description: 'For keys of operators; null lifts it.' }),
    deadline_ms: deadlineField.optional(),
  })
  .superRefine((body, context) => {
    if (Object.keys(body).every((name) => name === 'deadline_ms' || name === 'currency')) {
      context.addIssue({ code: 'custom', path: [], message: 'must name something to change' });
    }
  })
  .meta({ id: 'ChangeSessionRequest' });

export const closeSessionSchema = z
  .strictObject({ idempotency_key: idempotencyKeyField.optional(), deadline_ms: deadlineField.optional() })
  .meta({ id: 'CloseSessionRequest' });

export type OpenSessionRequest = z.output<typeof openSessionSchema>;
export type ChangeSessionRequest = z.output<typeof changeSessionSchema>;
