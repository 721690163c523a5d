import { ASSETS, isAsset, parseAmount, type Asset } from '#domain';
import { z } from 'zod';
import { BOUNDS, HANDLE, IDEMPOTENCY_KEY, LABEL_NAME, OPAQUE_ID, REQUEST_ID } from './bounds.js';
import { isJsonObject, JsonNumber } from './json.js';
import { HANDLE_RULE, ID_RULE, KEY_RULE, LABEL_NAME_RULE, LABEL_RULE, REQUEST_ID_RULE } from './rule-texts.js';
import { amountMessage } from './payment-request-fields.js';

/**
 * Building blocks of request schemas. Values come from `readJson`, so a number is a `JsonNumber`; `meta` says in the
 * OpenAPI document what a caller sends.
 */
export interface AmountText {
  text: string;
  form: 'json_number' | 'string';
}

/** `is missing` for an absent field, else the rule. */
export function rule(text: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is missing' : text) };
}

const AMOUNT_RULE = 'must be a decimal number such as 0.05, as a JSON number or a string';

/** An amount whose currency is not known yet; `unitsOf` makes units of it. */
export const amountField = z
  .custom<JsonNumber | string>((value) => typeof value === 'string' || value instanceof JsonNumber, rule(AMOUNT_RULE))
  .meta({
    id: 'Amount',
    description:
      'A decimal amount of the currency, read exactly from its text: a JSON number (an exponent is allowed) or a string (it is not).',
    oneOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
    ],
  });

export type AmountInput = JsonNumber | string;

/** Units of an amount that was read, or what is wrong with it. `minimum` is 0 for caps and budgets, 1 for payments. */
export function unitsOf(amount: AmountInput, asset: Asset, minimum: 0 | 1): { units: bigint } | { message: string } {
  const parsed =
    amount instanceof JsonNumber
      ? parseAmount(amount.text, asset, 'json_number')
      : parseAmount(amount, asset, 'string');
  if ('fault' in parsed) return { message: amountMessage(parsed.fault, asset) };
  return parsed.units < BigInt(minimum) ? { message: 'must be more than 0' } : parsed;
}

export const currencyField = z
  .custom<Asset>((value) => typeof value === 'string' && isAsset(value), rule('must be USD or JPY'))
  .meta({ id: 'Currency', type: 'string', enum: Object.keys(ASSETS) });

/** A whole JSON number. */
export function wholeNumber(minimum: number, maximum: number) {
  const message = `must be a whole JSON number from ${minimum} to ${maximum}`;
  return z
    .custom<JsonNumber>((value) => {
      if (!(value instanceof JsonNumber) || !/^\d{1,15}(\.0+)?$/.test(value.text)) return false;
      return Number(value.text) >= minimum && Number(value.text) <= maximum;
    }, rule(message))
    .transform((value) => Number(value.text))
    .meta({ type: 'integer', minimum, maximum });
}

/** Reads the number out of the custom type in the schema that OpenAPI shows: transforms show their input. */
export const handleField = z
  .string(rule(HANDLE_RULE))
  .regex(HANDLE, { error: HANDLE_RULE })
  .transform((text) => (text.startsWith('@') ? text.slice(1) : text));

export const idField = z.string(rule(ID_RULE)).regex(OPAQUE_ID, { error: ID_RULE });

export const idempotencyKeyField = z.string(rule(KEY_RULE)).regex(IDEMPOTENCY_KEY, { error: KEY_RULE }).meta({
  description: 'The same key gives the same answer for ever. May stand in the header Idempotency-Key instead.',
});

export const organizationField = z.string(rule(ID_RULE)).regex(/^org_[0-9a-f]{32}$/, { error: ID_RULE });

export const requestIdField = z.string(rule(REQUEST_ID_RULE)).regex(REQUEST_ID, { error: REQUEST_ID_RULE }).meta({
  description:
    'A word of the caller for what is paid, such as an order number; or the id of the payment request it pays.',
});

export const booleanField = z.boolean(rule('must be true or false'));

/** Free text of bounded length. */
export function textField(maximum: number, minimum = 0) {
  const message = `must be text of ${minimum === 0 ? 'at most' : `${minimum} to`} ${maximum} characters`;
  return z.string(rule(message)).min(minimum, { error: message }).max(maximum, { error: message });
}

export const labelField = z
  .string(rule(LABEL_RULE))
  .min(1, { error: LABEL_RULE })
  .max(BOUNDS.label_characters, { error: LABEL_RULE })
  .meta({ description: 'One opaque string; it stands under the name `label` in the map of labels.' });

export const labelsField = z
  .custom<Record<string, string>>(isJsonObject, rule('must be an object of texts'))
  .superRefine((labels, context) => {
    const names = Object.keys(labels);
    if (names.length > BOUNDS.labels) {
      context.addIssue({ code: 'custom', message: `must have at most ${BOUNDS.labels} labels` });
    }
    for (const name of names) {
      const value: unknown = labels[name];
      if (!LABEL_NAME.test(name)) context.addIssue({ code: 'custom', message: LABEL_NAME_RULE });
      else if (typeof value !== 'string' || value.length < 1 || value.length > BOUNDS.label_characters) {
        context.addIssue({ code: 'custom', path: [name], message: LABEL_RULE });
      }
    }
  })
  .meta({
    id: 'Labels',
    type: 'object',
    maxProperties: BOUNDS.labels,
    additionalProperties: { type: 'string', minLength: 1, maxLength: BOUNDS.label_characters },
  });

export const expiresInField = wholeNumber(1, BOUNDS.expires_in_seconds).meta({
  type: 'integer',
  minimum: 1,
  maximum: BOUNDS.expires_in_seconds,
  description: 'Seconds from now.',
});

export const deadlineField = wholeNumber(1, BOUNDS.deadline_ms).meta({
  type: 'integer',
  minimum: 1,
  maximum: BOUNDS.deadline_ms,
  description: 'How long the caller waits, in milliseconds; what is not decided by then is dropped undecided.',
});
