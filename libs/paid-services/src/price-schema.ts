import { z } from 'zod';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import { amount, bool, json, record, rule, text, whole } from './fields.js';

/** A decimal amount of USD as text, at most six decimals. */
export type PriceText = string;

/** A number that the request itself gives, so it is known before the call. */
export interface PayloadCount {
  /** A path into the payload, such as `max_tokens` or `messages`. */
  path: string;
  /** The number itself (the default), the items of a list, or how long its JSON or text is. */
  count?: 'value' | 'items' | 'bytes' | 'characters';
  /** One unit for each so many, rounded up. */
  each?: number;
  /** So many units for each, and so many more: `{path: "n", times: 700, plus: 16}`. */
  times?: number;
  plus?: number;
}

/** One thing that is counted and costs. `price` is for `per` units (1, 1,000 or 1,000,000), as token prices are written. */
export interface PriceTerm {
  unit: ({ of: 'request' } & PayloadCount) | { of: 'answer'; path: string };
  price: PriceText;
  per?: number;
  /** The most that the answer can say. Required of units of the answer, since they are unknown before the call. */
  at_most_units?: number | PayloadCount;
  /** In a stream, these units are counted by its text: never more than one for each byte of UTF-8. */
  streamed?: boolean;
}

export interface FlatPrice {
  kind: 'flat';
  amount: PriceText;
}
export interface PerUnitPrice {
  kind: 'per_unit';
  base?: PriceText;
  terms: PriceTerm[];
}
/** What the upstream says it cost. */
export interface ReportedPrice {
  kind: 'reported';
  path: string;
  currency: 'USD';
  at_most: PriceText;
}
/** The first row whose `when` fits holds. No row: the price is unknown, and nothing is called. */
export interface TablePrice {
  kind: 'table';
  by: string[];
  rows: { when: Record<string, RowCondition>; price: FlatPrice | PerUnitPrice | ReportedPrice }[];
  /** The row's price is multiplied by it: how many images, say. */
  times?: PayloadCount;
}
/** A text, a number or a boolean that the field must be, or how its text begins. */
export type RowCondition = unknown;
export type Price = FlatPrice | PerUnitPrice | ReportedPrice | TablePrice;

const object = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, rule('must be a JSON object'));
const path = text(256);
const units = whole(0, 1_000_000_000);

const payloadCountShape = {
  path,
  count: z
    .enum(['value', 'items', 'bytes', 'characters'], rule('must be value, items, bytes or characters'))
    .optional(),
  each: whole(1, 1_000_000).optional(),
  times: whole(1, 1_000_000).optional(),
  plus: units.optional(),
};
const payloadCount = object(payloadCountShape);

const term = object({
  unit: z.discriminatedUnion(
    'of',
    [object({ of: z.literal('request'), ...payloadCountShape }), object({ of: z.literal('answer'), path })],
    rule('must be counted of request or of answer'),
  ),
  price: amount,
  per: whole(1, 1_000_000)
    .refine((per) => [1, 1000, 1_000_000].includes(per), 'must be 1, 1000 or 1000000')
    .optional(),
  at_most_units: z.union([units, payloadCount], rule('must be a whole number, or a count of the payload')).optional(),
  streamed: bool.optional(),
});

const flat = object({ kind: z.literal('flat'), amount });
const perUnit = object({
  kind: z.literal('per_unit'),
  base: amount.optional(),
  terms: z
    .array(term, rule('must be a list of what is counted'))
    .min(1, 'must count something')
    .max(PAID_SERVICE_BOUNDS.price_terms, `must have at most ${PAID_SERVICE_BOUNDS.price_terms} terms`),
});
const reported = object({
  kind: z.literal('reported'),
  path,
  currency: z.literal('USD', rule('must be USD')),
  at_most: amount,
});

const row = object({
  when: record(json, /^[A-Za-z][A-Za-z0-9_.]{0,255}$/, 'must be a field of the payload'),
  price: z.discriminatedUnion('kind', [flat, perUnit, reported], rule('must have a kind: flat, per_unit or reported')),
});

export const priceSchema: z.ZodType<Price> = z.discriminatedUnion(
  'kind',
  [
    flat,
    perUnit,
    reported,
    object({
      kind: z.literal('table'),
      by: z.array(path, rule('must be a list of fields of the payload')).min(1, 'must name a field'),
      rows: z
        .array(row, rule('must be a list of rows'))
        .min(1, 'must have a row')
        .max(PAID_SERVICE_BOUNDS.price_rows, `must have at most ${PAID_SERVICE_BOUNDS.price_rows} rows`),
      times: payloadCount.optional(),
    }),
  ],
  rule('must have a kind: flat, per_unit, table or reported'),
);
