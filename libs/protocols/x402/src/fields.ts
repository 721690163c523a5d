import { isJsonObject, JsonNumber, textFault, WHOLE_BODY, type FieldProblem, type JsonObject } from '#contracts';
import { z } from 'zod';
import { X402_BOUNDS } from './bounds.js';
import { fitsBounds } from './json-values.js';

/** Building blocks of the wire's schemas. Values come from `readJson`, so a number is a `JsonNumber`. */

/** `is missing` for an absent field, else the rule. */
function rule(text: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is missing' : text) };
}

function text(pattern: RegExp, message: string) {
  return z.string(rule(message)).regex(pattern, message);
}

const MAXIMUM_UINT256 = 2n ** 256n - 1n;
const AMOUNT_RULE = 'must be a whole number of atomic units as a string, with no sign, point or leading zero';

/** An amount in atomic units. The published packages let anything through here: "", "1.5", "-1", 100. */
export const atomicAmount = text(/^(0|[1-9]\d{0,77})$/, AMOUNT_RULE)
  .transform((digits) => BigInt(digits))
  .refine((amount) => amount <= MAXIMUM_UINT256, 'is too large');

export const schemeField = text(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be the name of a scheme, such as exact');

/** v2: CAIP-2 in shape, though not in its lengths, since private networks are free to choose. */
export const networkField = text(
  /^[\x21-\x39\x3b-\x7e]{1,64}:[\x21-\x7e]{1,64}$/,
  'must be a network such as ledger:main, with a colon',
);

/** v1: a free name. */
export const networkNameField = text(/^[\x21-\x7e]{1,129}$/, 'must be the name of a network');

/** A token's address, or a currency. */
export const assetField = text(
  /^[\x21-\x7e]{1,128}$/,
  'must be an address or a currency, of 1 to 128 printable characters',
);

/** A handle, an agent's id, an address, or the constant of a role. */
export const payToField = text(/^[\x21-\x7e]{1,128}$/, 'must be a payee, of 1 to 128 printable characters');

export const timeoutField = z
  .custom<JsonNumber>(
    (value) => {
      if (!(value instanceof JsonNumber) || !/^\d{1,9}(\.0{1,9})?$/.test(value.text)) return false;
      const seconds = Number(value.text);
      return seconds >= 1 && seconds <= X402_BOUNDS.timeout_seconds;
    },
    rule(`must be a whole JSON number from 1 to ${X402_BOUNDS.timeout_seconds}`),
  )
  .transform((value) => Number(value.text));

/** `x402Version`, which must be a JSON number. */
export function versionField<Version extends 1 | 2>(version: Version) {
  return z
    .custom<JsonNumber>(
      (value) => value instanceof JsonNumber && value.text === String(version),
      rule(`must be ${version}`),
    )
    .transform(() => version);
}

/** Text for people or machines, storable as it is. */
export function wordsField(characters: number, least: 0 | 1 = 0) {
  const message = `must be a text of ${least} to ${characters} characters`;
  return z
    .string(rule(message))
    .refine(({ length }) => length >= least && length <= characters, message)
    .refine((value) => textFault(value) === undefined, 'must be text without NUL or lone surrogates');
}

export const objectField = z.custom<JsonObject>(
  (value) => isJsonObject(value) && fitsBounds(value),
  rule('must be a JSON object that is not too large or nested too deeply'),
);

/** An object of these fields; others are left out. A `JsonNumber` is an object too, though none of JSON. */
export function objectOf<Shape extends z.ZodRawShape>(shape: Shape, message = 'must be a JSON object') {
  const object = z.object(shape);
  return z.custom<z.input<typeof object>>(isJsonObject, rule(message)).pipe(object);
}

/** The published packages write an absent field also as null. */
export function orAbsent<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

export type Read<Value> = { ok: true; value: Value } | { ok: false; problems: FieldProblem[] };

/** Reads a value by its schema, or says what is wrong with each field. `at` is the path of the value itself. */
export function readBy<Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): Read<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => ({ field: fieldPath(at, path), message })),
  };
}

function fieldPath(at: string, path: readonly PropertyKey[]): string {
  const below = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${at}${below}`.replace(/^\./, '') || WHOLE_BODY;
}
