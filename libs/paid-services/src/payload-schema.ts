import { JsonNumber } from '#contracts';
import { z } from 'zod';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import { bool, json, name, NAME, record, rule, text, whole } from './fields.js';

interface CommonField {
  /** What it is for, told to whoever calls. */
  description?: string;
  required?: boolean;
  /** Where the caller gives none. A field with a default is never absent. */
  default?: unknown;
  /** Other names under which callers know the field, such as the provider's own. */
  aliases?: string[];
}

/** A field that callers give. Fields that a definition does not name are ignored. */
export type PayloadField =
  | (CommonField & {
      type: 'string';
      one_of?: string[];
      /** Of UTF-16 code units. */
      min_length?: number;
      max_length?: number;
      /** Of UTF-8. */
      max_bytes?: number;
      /** `url`: an absolute http or https URL without user and password. */
      format?: 'url';
    })
  | (CommonField & { type: 'integer'; minimum?: number; maximum?: number; one_of?: number[] })
  | (CommonField & { type: 'number'; minimum?: number; maximum?: number })
  | (CommonField & { type: 'boolean' })
  | (CommonField & { type: 'array'; items?: PayloadField; min_items?: number; max_items?: number })
  /** With `fields` only these are passed on; without, whatever it holds. */
  | (CommonField & { type: 'object'; fields?: Record<string, PayloadField> });

const SAFE = 999_999_999_999_999;
const common = {
  description: text().optional(),
  required: bool.optional(),
  default: json.optional(),
  aliases: z.array(name, rule('must be a list of names')).max(8, 'must have at most 8 names').optional(),
};
const length = whole(0, PAID_SERVICE_BOUNDS.field_characters * 4).optional();
const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, rule('must be a JSON object'));

/** Only bounds of a field that no price counts: those of integers are whole. */
const decimal = z
  .custom<JsonNumber>((value) => value instanceof JsonNumber && value.text.length <= 32, rule('must be a JSON number'))
  .transform((value) => Number(value.text));

export const payloadFieldSchema: z.ZodType<PayloadField> = z.lazy(() =>
  z.discriminatedUnion(
    'type',
    [
      object({
        type: z.literal('string'),
        ...common,
        one_of: z.array(text(), rule('must be a list of texts')).min(1, 'must not be empty').optional(),
        min_length: length,
        max_length: length,
        max_bytes: length,
        format: z.literal('url', 'must be url').optional(),
      }),
      object({
        type: z.literal('integer'),
        ...common,
        minimum: whole(-SAFE, SAFE).optional(),
        maximum: whole(-SAFE, SAFE).optional(),
        one_of: z
          .array(whole(-SAFE, SAFE), rule('must be a list of whole numbers'))
          .min(1, 'must not be empty')
          .optional(),
      }),
      object({ type: z.literal('number'), ...common, minimum: decimal.optional(), maximum: decimal.optional() }),
      object({ type: z.literal('boolean'), ...common }),
      object({
        type: z.literal('array'),
        ...common,
        items: payloadFieldSchema.optional(),
        min_items: whole(0, PAID_SERVICE_BOUNDS.array_items).optional(),
        max_items: whole(0, PAID_SERVICE_BOUNDS.array_items).optional(),
      }),
      object({ type: z.literal('object'), ...common, fields: payloadFieldsSchema.optional() }),
    ],
    rule('must have a type: string, integer, number, boolean, array or object'),
  ),
);

export const payloadFieldsSchema: z.ZodType<Record<string, PayloadField>> = record(
  payloadFieldSchema,
  NAME,
  'must be named with letters, digits and _, a letter first',
).refine(
  (fields) => Object.keys(fields).length <= PAID_SERVICE_BOUNDS.payload_fields,
  `must have at most ${PAID_SERVICE_BOUNDS.payload_fields} fields`,
);
