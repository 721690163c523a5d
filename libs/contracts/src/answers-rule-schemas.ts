import { z } from 'zod';
import { currency, decimalText, isoTime, money } from './answers-field-schemas.js';

const limitShape = {
  of: z.enum(['amount', 'count', 'held']),
  per: z.union([z.string(), z.strictObject({ rolling_seconds: z.int() })]),
  max: z.number(),
  max_exact: decimalText.optional(),
  currency,
  time_zone: z.string().optional(),
  service: z.string().optional(),
  payee: z.string().optional(),
};

const listEntries = z.strictObject({
  services: z.array(z.string()).optional(),
  payees: z.array(z.string()).optional(),
  payee_orgs: z.array(z.string()).optional(),
  categories: z.array(z.string()).optional(),
  protocols: z.array(z.string()).optional(),
});

export const lists = z
  .strictObject({
    allow: listEntries.optional(),
    deny: listEntries.optional(),
    hours: z
      .strictObject({
        time_zone: z.string(),
        open: z.array(z.strictObject({ days: z.array(z.string()), from: z.string(), to: z.string() })),
      })
      .optional(),
  })
  .meta({ id: 'SpendListsAnswer' });

export const limitAnswer = z.strictObject(limitShape).meta({ id: 'LimitAnswer' });

export const limitState = z
  .strictObject({
    id: z.string(),
    ...limitShape,
    spent: z.number(),
    spent_exact: decimalText.optional(),
    held: z.number(),
    held_exact: decimalText.optional(),
    remaining: z.number(),
    remaining_exact: decimalText.optional(),
    over_by: z.number().optional(),
    over_by_exact: decimalText.optional(),
    resets_at: isoTime.nullable().optional(),
    granularity_seconds: z.int().optional(),
  })
  .meta({ id: 'LimitState', description: 'Counts of payments have no exact twins.' });

export const approvalAbove = z
  .strictObject({ ...money('amount'), currency })
  .nullable()
  .meta({ description: 'Above this a payment waits for an approval; null: no such threshold here.' });

export const breakers = z
  .strictObject({
    declines_in_a_row: z.int().optional(),
    failures_in_a_row: z.int().optional(),
    limits: z.array(z.union([limitState, limitAnswer])).optional(),
    expected: z
      .strictObject({ services: z.array(z.string()).optional(), payees: z.array(z.string()).optional() })
      .optional(),
    declines: z.int().optional().meta({ description: 'Refused in a row so far.' }),
    failures: z.int().optional(),
  })
  .meta({ id: 'BreakersAnswer' });
