import type { Asset, LimitDefinition } from '#domain';
import { z } from 'zod';
import { BOUNDS, SERVICE } from './bounds.js';
import { amountField, currencyField, handleField, rule, unitsOf, wholeNumber, type AmountInput } from './fields.js';
import { JsonNumber } from './json.js';

const PERIODS = ['payment', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'lifetime'] as const;
const CALENDAR: ReadonlySet<unknown> = new Set(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);
const PERIOD_RULE = `must be one of ${PERIODS.join(', ')}, or {"rolling_seconds": …}`;

export const periodField = z.union(
  [z.enum(PERIODS), z.strictObject({ rolling_seconds: wholeNumber(1, BOUNDS.rolling_seconds) })],
  rule(PERIOD_RULE),
);

export const timeZoneField = z
  .string(rule('must be an IANA time zone'))
  .refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' })
  .meta({ description: 'Calendar windows only. Default: UTC.' });

/** One limit as API.md has it, read into the domain's definition. */
export const limitSchema = z
  .strictObject({
    of: z.enum(['amount', 'count', 'held'], rule('must be amount, count or held')),
    per: periodField,
    max: amountField.meta({ description: 'An amount, or for `count` a whole number of payments.' }),
    currency: currencyField.optional(),
    time_zone: timeZoneField.optional(),
    service: z
      .string(rule('must be a service'))
      .regex(SERVICE, { error: 'must be a service' })
      .optional()
      .meta({ description: 'Counts only payments to this service.' }),
    payee: handleField.optional().meta({ description: 'Counts only payments to this agent.' }),
  })
  .transform((limit, context): LimitDefinition => {
    const asset = limit.currency ?? 'USD';
    if (limit.time_zone !== undefined && !CALENDAR.has(limit.per)) {
      context.addIssue({ code: 'custom', path: ['time_zone'], message: 'belongs to calendar windows only' });
    }
    if (limit.of === 'count' && limit.per === 'payment') {
      context.addIssue({ code: 'custom', path: ['per'], message: 'must not be payment for a count: a payment is one' });
    }
    if (limit.service !== undefined && limit.payee !== undefined) {
      context.addIssue({ code: 'custom', path: ['payee'], message: 'must not stand beside service' });
    }
    const maximum = limit.of === 'count' ? countOf(limit.max) : unitsOf(limit.max, asset, 0);
    if ('message' in maximum) context.addIssue({ code: 'custom', path: ['max'], message: maximum.message });
    return {
      of: limit.of,
      per: limit.per,
      maximum: 'units' in maximum ? maximum.units.toString() : '0',
      asset,
      ...(limit.time_zone === undefined || limit.time_zone === 'UTC' ? {} : { time_zone: limit.time_zone }),
      ...(limit.service === undefined ? {} : { service: limit.service }),
      ...(limit.payee === undefined ? {} : { payee: limit.payee }),
    };
  })
  .meta({ id: 'Limit' });

export const limitsField = z
  .array(limitSchema, rule('must be a list of limits'))
  .max(BOUNDS.limits, { error: `must have at most ${BOUNDS.limits} limits` });

/** A short form: amount, its currency, and which limit it stands for. */
export function shortLimit(
  per: 'payment' | 'day' | 'lifetime',
  amount: AmountInput,
  asset: Asset,
): { limit: LimitDefinition } | { message: string } {
  const units = unitsOf(amount, asset, 0);
  if ('message' in units) return units;
  return { limit: { of: 'amount', per, maximum: units.units.toString(), asset } };
}

function countOf(max: AmountInput): { units: bigint } | { message: string } {
  const text = max instanceof JsonNumber ? max.text : max;
  if (!/^\d{1,15}$/.test(text)) return { message: 'must be a whole number of payments' };
  return { units: BigInt(text) };
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
