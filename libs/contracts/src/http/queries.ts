import { z } from 'zod';
import { BOUNDS } from './bounds.js';
import { handleField, idempotencyKeyField, idField, rule } from './fields.js';

const LIMIT_RULE = `must be a whole number from 1 to ${BOUNDS.page}`;

const limitParameter = z
  .string(rule(LIMIT_RULE))
  .regex(/^\d{1,3}$/, { error: LIMIT_RULE })
  .transform(Number)
  .refine((value) => value >= 1 && value <= BOUNDS.page, { error: LIMIT_RULE })
  .meta({ type: 'integer', minimum: 1, maximum: BOUNDS.page });

const cursorParameter = z
  .string(rule('must be a cursor that an answer gave'))
  .regex(/^[A-Za-z0-9._:~-]{1,512}$/, { error: 'must be a cursor that an answer gave' });

const TIME_RULE = 'must be a time such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31';

/** Milliseconds since the epoch. A day alone means its first moment in UTC. */
const timeParameter = z
  .string(rule(TIME_RULE))
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/, { error: TIME_RULE })
  .transform((text) => Date.parse(text))
  .refine((time) => !Number.isNaN(time), { error: TIME_RULE })
  .meta({ type: 'string', format: 'date-time' });

export const pageQuerySchema = z.strictObject({ limit: limitParameter.optional(), cursor: cursorParameter.optional() });

export const eventsQuerySchema = pageQuerySchema.meta({ id: 'EventsQuery' });

export const walletsQuerySchema = pageQuerySchema.meta({ id: 'WalletsQuery' });

export const REPORT_DIMENSIONS = ['agent', 'label', 'session', 'service', 'protocol', 'counterparty', 'day'] as const;
const DIMENSION_RULE = `must be a list of ${REPORT_DIMENSIONS.join(', ')}, separated by commas`;

export const spendReportQuerySchema = z
  .strictObject({
    group_by: z
      .string(rule(DIMENSION_RULE))
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(REPORT_DIMENSIONS, { error: DIMENSION_RULE })).max(REPORT_DIMENSIONS.length))
      .meta({ type: 'string', description: `One or more of ${REPORT_DIMENSIONS.join(', ')}, separated by commas.` }),
    from: timeParameter.optional(),
    to: timeParameter.optional(),
    as_of: timeParameter.optional(),
    agent: handleField.optional(),
    session_id: idField.optional(),
    label: z.string().min(1).max(BOUNDS.label_characters).optional(),
    format: z.enum(['json', 'csv'], rule('must be json or csv')).optional(),
    limit: limitParameter.optional(),
    cursor: cursorParameter.optional(),
  })
  .meta({ id: 'SpendReportQuery' });

/** Payments: one by its key, or a page of many. */
export const paymentsQuerySchema = z
  .strictObject({
    idempotency_key: idempotencyKeyField.optional(),
    agent: handleField.optional(),
    session_id: idField.optional(),
    label: z.string().min(1).max(BOUNDS.label_characters).optional(),
    service: z.string().min(1).max(BOUNDS.service_characters).optional(),
    status: z
      .enum(
        ['authorized', 'captured', 'voided', 'expired', 'declined', 'refunded', 'outcome_unknown'],
        rule('must be a status'),
      )
      .optional(),
    from: timeParameter.optional(),
    to: timeParameter.optional(),
    limit: limitParameter.optional(),
    cursor: cursorParameter.optional(),
  })
  .meta({ id: 'PaymentsQuery' });

export type EventsQuery = z.output<typeof eventsQuerySchema>;
export type SpendReportQuery = z.output<typeof spendReportQuerySchema>;
export type PaymentsQuery = z.output<typeof paymentsQuerySchema>;
