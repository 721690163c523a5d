import { isJsonObject, JsonNumber, textFault, unitsOf } from '#contracts';
import { formatAmount } from '#domain';
import { z } from 'zod';
import { PAID_SERVICE_BOUNDS } from './bounds.js';

/** Building blocks of the definition's schema. Values come from `readJson`: a number is a `JsonNumber`. */
export function rule(message: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is missing' : message) };
}

/** Text of so many characters, storable as it is. */
export function text(maximum: number = PAID_SERVICE_BOUNDS.text_characters, minimum = 1) {
  const message = `must be text of ${minimum} to ${maximum} characters`;
  return z
    .string(rule(message))
    .min(minimum, message)
    .max(maximum, message)
    .refine((value) => textFault(value) === undefined, 'must be text without NUL or lone surrogates');
}

export function matching(pattern: RegExp, message: string) {
  return z.string(rule(message)).regex(pattern, message);
}

export function whole(minimum: number, maximum: number) {
  const message = `must be a whole JSON number from ${minimum} to ${maximum}`;
  return z
    .custom<JsonNumber>(
      (value) =>
        value instanceof JsonNumber &&
        /^-?\d{1,15}$/.test(value.text) &&
        Number(value.text) >= minimum &&
        Number(value.text) <= maximum,
      rule(message),
    )
    .transform((value) => Number(value.text));
}

export const bool = z.boolean(rule('must be true or false'));

/** An amount of USD as the shortest decimal text, such as `0.05`. More than six decimals are refused, never rounded. */
export const amount = z.unknown().transform((value, context): string => {
  const given = value === undefined ? { message: 'is missing' } : readAmount(value);
  if ('units' in given) return formatAmount(given.units, 'USD');
  context.addIssue({ code: 'custom', message: given.message });
  return z.NEVER;
});

function readAmount(value: unknown): { units: bigint } | { message: string } {
  if (typeof value !== 'string' && !(value instanceof JsonNumber)) {
    return { message: 'must be a decimal number such as 0.05, as a JSON number or a string' };
  }
  return unitsOf(value, 'USD', 0);
}

/** The name of a payload field, of a part of a secret, and of a field of the answer. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
export const name = matching(NAME, 'must be a name of letters, digits and _ that begins with a letter');

/** A record whose names are checked, which says the field of each. `__proto__` is a name of nobody's. */
export function record<Schema extends z.ZodType>(of: Schema, names: RegExp, message: string) {
  return z
    .custom<Record<string, unknown>>(isJsonObject, rule('must be a JSON object'))
    .superRefine((value, context) => {
      for (const one of Object.keys(value)) {
        if (!names.test(one) || one === '__proto__') context.addIssue({ code: 'custom', path: [one], message });
      }
    })
    .pipe(z.record(z.string(), of));
}

/** Any JSON, as `readJson` gave it. */
export const json = z.unknown();
