import { z } from 'zod';
import { currency, isoTime, money, policyVersion, position } from './answers-field-schemas.js';
import { approvalAbove, limitState, lists } from './answers-rule-schemas.js';

export const firstUse = z.strictObject({
  enabled: z.boolean(),
  agents_maximum: z.int(),
  ...money('per_payment'),
  ...money('per_day'),
  ...money('together_per_day'),
});

export const organizationSchema = z
  .strictObject({
    org_id: z.string(),
    name: z.string(),
    currency,
    limits: z.array(limitState),
    lists: lists.nullable(),
    approval_above: approvalAbove,
    accept_foreign_payments: z.boolean().meta({ description: 'Whether its agents take payments from other orgs.' }),
    first_use: firstUse,
    policy_version: policyVersion,
  })
  .meta({ id: 'Organization' });

export const organizationOpenedSchema = z
  .strictObject({
    org_id: z.string(),
    name: z.string(),
    currency: z.string(),
    admin_key: z.strictObject({
      key_id: z.string(),
      token: z.string().optional().meta({ description: 'Shown once; absent in the answer to a repeated key.' }),
    }),
    opened_at: isoTime,
    position,
  })
  .meta({ id: 'OrganizationOpened' });
