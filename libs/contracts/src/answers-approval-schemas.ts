import { z } from 'zod';
import {
  agentParty,
  currency,
  decimalText,
  isoTime,
  labels,
  payee,
  policyVersion,
  position,
} from './answers-field-schemas.js';
import { declineAnswerSchema } from './answers-decline-schemas.js';
import { limitAnswer, limitState } from './answers-rule-schemas.js';
import { APPROVAL_STATUSES } from './http/approval-requests.js';

/** What answers about approvals look like, for the OpenAPI document; tests hold rendered answers to them. */
const status = z.enum(APPROVAL_STATUSES).meta({ id: 'ApprovalStatus' });
const listedParty = z.strictObject({ agent_id: z.string(), handle: z.string().nullable() });

const approvalShape = {
  approval_id: z.string(),
  payment_id: z.string(),
  status,
  amount: decimalText,
  currency,
  payer: listedParty,
  payee: z.union([listedParty, z.strictObject({ service: z.string() })]),
  session_id: z.string().nullable(),
  labels,
  protocol: z.string(),
  category: z.string().nullable(),
  requested_at: isoTime,
  expires_at: isoTime.nullable().meta({ description: 'While it is pending: when it is voided by itself.' }),
};

export const approvalsAnswerSchema = z
  .strictObject({ approvals: z.array(z.strictObject(approvalShape)), next_cursor: z.string().nullable() })
  .meta({ id: 'ApprovalPage' });

export const approvalAnswerSchema = z
  .strictObject({
    ...approvalShape,
    payer: agentParty,
    payee,
    capture: z.boolean().meta({ description: 'true: captured as soon as it is approved.' }),
    above: z
      .strictObject({ scope: z.strictObject({ kind: z.string(), id: z.string() }), amount: decimalText })
      .meta({ description: 'The threshold that made it wait.' }),
    decided_by: z.string().nullable(),
    decided_at: isoTime.nullable(),
    explanation: z.string().optional(),
    refusals: z
      .array(z.strictObject({ by: z.string(), recorded_at: isoTime, decline: declineAnswerSchema }))
      .meta({ description: 'Approvals that a rule has refused.' }),
    position,
  })
  .meta({ id: 'Approval' });

export const approvalStepSchema = z
  .strictObject({
    approval_id: z.string(),
    payment_id: z.string(),
    status,
    payment_status: z.enum(['captured', 'authorized', 'voided']),
    amount: decimalText,
    currency,
    expires_at: isoTime.nullable().meta({ description: 'Of the hold; null where there is none any more.' }),
    decided_at: isoTime,
    position,
    policy_version: policyVersion.optional().meta({ description: 'Of an approval: the rules asked again.' }),
  })
  .meta({ id: 'ApprovalStep' });

export const grantsAnswerSchema = z
  .strictObject({
    grants: z.array(
      z.strictObject({
        grant_id: z.string(),
        agent: agentParty.nullable(),
        payee,
        limit: limitState,
        expires_at: isoTime.nullable(),
        policy_version: policyVersion,
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'GrantPage' });

export const grantCreatedSchema = z
  .strictObject({
    grant_id: z.string(),
    agent_id: z.string().nullable(),
    payee,
    limit: limitAnswer,
    expires_at: isoTime.nullable(),
    created_at: isoTime,
    position,
  })
  .meta({ id: 'GrantCreated' });

export const grantRevokedSchema = z
  .strictObject({ grant_id: z.string(), status: z.literal('revoked'), revoked_at: isoTime, position })
  .meta({ id: 'GrantRevoked' });
