import { z } from 'zod';
import { BOUNDS } from './bounds.js';
import { currencyField, handleField, idempotencyKeyField, idField, rule } from './fields.js';
import { textFault } from './json.js';

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
export const timeField = z
  .string(rule(TIME_RULE))
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/, { error: TIME_RULE })
  .transform((text) => Date.parse(text))
  .refine((time) => !Number.isNaN(time), { error: TIME_RULE })
  .meta({ type: 'string', format: 'date-time' });

export const pageQuerySchema = z.strictObject({ limit: limitParameter.optional(), cursor: cursorParameter.optional() });

export const eventsQuerySchema = pageQuerySchema.meta({ id: 'EventsQuery' });

export const walletsQuerySchema = pageQuerySchema.meta({ id: 'WalletsQuery' });

export const keysQuerySchema = pageQuerySchema.meta({ id: 'KeysQuery' });

/** Agents in order of their ids. */
export const agentsQuerySchema = pageQuerySchema
  .extend({
    status: z
      .enum(['active', 'frozen', 'revoked'], rule('must be active, frozen or revoked'))
      .optional()
      .meta({ description: "The agent's own; one below a frozen agent stays active." }),
    parent: handleField.optional().meta({ description: 'Id or handle: only agents directly below this one.' }),
  })
  .meta({ id: 'AgentsQuery' });

/** Sessions in order of their ids. */
export const sessionsQuerySchema = pageQuerySchema
  .extend({
    status: z.enum(['open', 'expired', 'closed'], rule('must be open, expired or closed')).optional(),
    parent: idField.optional().meta({
      description: 'Only sessions directly below this one. Absent: the topmost ones that the caller sees.',
    }),
  })
  .meta({ id: 'SessionsQuery' });

const GROUPS = ['agent', 'label', 'session', 'service', 'protocol', 'counterparty', 'day'] as const;
const GROUP_RULE = `must be a list of ${GROUPS.join(', ')}, separated by commas`;

/** A filter by a value; empty means payments that have none. */
function filterParameter(description: string) {
  return z
    .string(rule('must be text'))
    .max(BOUNDS.label_characters, { error: `must have at most ${BOUNDS.label_characters} characters` })
    .refine((text) => textFault(text) === undefined, { error: 'must be well-formed text' })
    .meta({ description });
}

const periodParameters = { from: timeField.optional(), to: timeField.optional() };

export const spendReportQuerySchema = z
  .strictObject({
    group_by: z
      .string(rule(GROUP_RULE))
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(GROUPS, { error: GROUP_RULE })).max(GROUPS.length))
      .optional()
      .meta({ type: 'string', description: `One or more of ${GROUPS.join(', ')}, separated by commas.` }),
    ...periodParameters,
    agent: handleField.optional(),
    label: filterParameter('As reports show it: a bare label, or `name=value`. Empty: unlabelled.').optional(),
    session_id: filterParameter('With everything below it. Empty: outside of sessions.').optional(),
    service: filterParameter('Empty: what did not go to a service.').optional(),
    protocol: z.enum(['direct', 'x402', 'acp', 'ap2'], rule('must be direct, x402, acp or ap2')).optional(),
    counterparty: filterParameter("An agent's id, or `service:<name>`.").optional(),
    currency: currencyField.optional(),
    format: z.enum(['json', 'csv'], rule('must be json or csv')).optional(),
    limit: limitParameter.optional(),
    cursor: cursorParameter.optional(),
  })
  .meta({ id: 'SpendReportQuery' });

/** Payments: one by its key, or a page of many. */
export const paymentsQuerySchema = z
  .strictObject({
    idempotency_key: idempotencyKeyField
      .optional()
      .meta({ description: 'What became of a key: answers that payment.' }),
    agent: handleField.optional().meta({ description: 'Who pays.' }),
    session_id: idField.optional().meta({ description: "The payment's own session." }),
    label: filterParameter('As reports show it: a bare label, or `name=value`.').optional(),
    status: z
      .enum(
        ['pending_approval', 'authorized', 'captured', 'voided', 'expired', 'declined', 'refunded', 'outcome_unknown'],
        rule('must be the status of a payment'),
      )
      .optional(),
    ...periodParameters,
    order: z.enum(['newest_first', 'oldest_first'], rule('must be newest_first or oldest_first')).optional(),
    limit: limitParameter.optional(),
    cursor: cursorParameter.optional(),
  })
  .superRefine((query, context) => {
    if (query.idempotency_key === undefined) return;
    for (const name of Object.keys(query)) {
      if (name === 'idempotency_key' || name === 'agent') continue;
      context.addIssue({ code: 'custom', path: [name], message: 'must not stand beside idempotency_key' });
    }
  })
  .meta({ id: 'PaymentsQuery' });

/** What is receipted: every payment and every refusal. */
export const receiptsQuerySchema = z
  .strictObject({
    agent: handleField.optional().meta({ description: 'Who pays.' }),
    session_id: idField.optional().meta({ description: "The payment's own session." }),
    label: filterParameter('As reports show it: a bare label, or `name=value`.').optional(),
    ...periodParameters,
    limit: limitParameter.optional(),
    cursor: cursorParameter.optional(),
  })
  .meta({ id: 'ReceiptsQuery' });

export type EventsQuery = z.output<typeof eventsQuerySchema>;
export type SpendReportQuery = z.output<typeof spendReportQuerySchema>;
export type PaymentsQuery = z.output<typeof paymentsQuerySchema>;
