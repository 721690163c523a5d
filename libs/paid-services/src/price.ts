import { JsonNumber, type JsonObject, writeJson } from '#contracts';
import { MAXIMUM_UNITS, parseAmount } from '#domain';
import { dividedUp, MILLION, readMillionths } from './exact-decimal.js';
import { valueAt, type AnswerValues } from './path.js';
import type {
  FlatPrice,
  PayloadCount,
  PerUnitPrice,
  Price,
  PriceTerm,
  PriceText,
  ReportedPrice,
} from './price-schema.js';
import { remembered } from './remembered.js';
import { fieldAt, scalarText } from './template.js';

/** Units of USD, or why there is no price. */
export type Priced = { units: bigint } | { message: string };

/** How many units of a term were, or can be, used, in millionths; or why that cannot be told. */
export type CountTerm = (term: PriceTerm, index: number) => { millionths: bigint } | { message: string };

/** The upper bound of what a call costs, from what it asks for. */
export function priceAtMost(price: Price, payload: JsonObject): Priced {
  return priceBy(
    price,
    payload,
    (term) => atMostOf(term, payload),
    ({ at_most }) => ({ units: unitsOfPrice(at_most) }),
  );
}

/** What a call cost, from its answer. An explicit zero is zero; what cannot be read is no price. */
export function priceOfAnswer(price: Price, payload: JsonObject, answer: AnswerValues): Priced {
  return priceBy(
    price,
    payload,
    ({ unit }) => (unit.of === 'request' ? countOf(unit, payload) : found(unit.path, answer)),
    ({ path }) => {
      const read = found(path, answer);
      return 'message' in read ? read : { units: read.millionths };
    },
  );
}

/** A price whose terms are counted by `count`. The sum is exact, and rounded up once to a whole unit. */
export function priceBy(
  price: Price,
  payload: JsonObject,
  count: CountTerm,
  reported: (price: ReportedPrice) => Priced,
): Priced {
  const row = rowOf(price, payload);
  if (row === undefined) return { message: 'no row of the price table fits what is asked for' };
  const once = priceOnce(row, count, reported);
  const times = price.kind === 'table' && price.times ? countOf(price.times, payload) : { millionths: MILLION };
  if ('message' in once) return once;
  if ('message' in times) return times;
  const units = dividedUp(once.millionths * times.millionths, MILLION * MILLION);
  return units > MAXIMUM_UNITS ? { message: 'is more than can be paid at once' } : { units };
}

/** The price that holds for what is asked for: itself, or the first row of the table that fits. */
export function rowOf(price: Price, payload: JsonObject): FlatPrice | PerUnitPrice | ReportedPrice | undefined {
  if (price.kind !== 'table') return price;
  return price.rows.find(({ when }) =>
    Object.entries(when).every(([path, condition]) => fits(fieldAt(payload, path.split('.')), condition)),
  )?.price;
}

/** In millionths of a unit, so that a token's price is exact. */
function priceOnce(
  price: FlatPrice | PerUnitPrice | ReportedPrice,
  count: CountTerm,
  reported: (price: ReportedPrice) => Priced,
): { millionths: bigint } | { message: string } {
  if (price.kind === 'flat') return { millionths: unitsOfPrice(price.amount) * MILLION };
  if (price.kind === 'reported') {
    const said = reported(price);
    return 'message' in said ? said : { millionths: said.units * MILLION };
  }
  let millionths = unitsOfPrice(price.base ?? '0') * MILLION;
  for (const [index, term] of price.terms.entries()) {
    const counted = count(term, index);
    if ('message' in counted) return counted;
    // Exact where the count is whole, since `per` divides a million.
    millionths += dividedUp(counted.millionths * unitsOfPrice(term.price), BigInt(term.per ?? 1));
  }
  return { millionths };
}

/** The most units of a term that a call can use. */
export function atMostOf({ unit, at_most_units }: PriceTerm, payload: JsonObject): ReturnType<CountTerm> {
  if (unit.of === 'request') return countOf(unit, payload);
  if (at_most_units === undefined) return { message: 'has no upper bound' };
  if (typeof at_most_units === 'number') return { millionths: BigInt(at_most_units) * MILLION };
  return countOf(at_most_units, payload);
}

function found(path: string, answer: AnswerValues): ReturnType<CountTerm> {
  const read = readMillionths(valueAt(path, answer));
  return 'message' in read ? { message: `${path} ${read.message}` } : read;
}

function countOf(
  { path, count = 'value', each = 1, times = 1, plus = 0 }: PayloadCount,
  payload: JsonObject,
): ReturnType<CountTerm> {
  const value = fieldAt(payload, path.split('.'));
  const counted = count === 'value' ? wholeOf(value) : lengthOf(value, count);
  if (counted === undefined) return { message: `${path} says no number` };
  return { millionths: (dividedUp(counted, BigInt(each)) * BigInt(times) + BigInt(plus)) * MILLION };
}

function wholeOf(value: unknown): bigint | undefined {
  return value instanceof JsonNumber && /^\d{1,15}$/.test(value.text) ? BigInt(value.text) : undefined;
}

/** What is absent has no length; all but text is as long as its JSON. */
function lengthOf(value: unknown, count: 'items' | 'bytes' | 'characters'): bigint | undefined {
  if (value === undefined) return 0n;
  if (count === 'items') return Array.isArray(value) ? BigInt(value.length) : undefined;
  const text = scalarText(value) ?? writeJson(value);
  return BigInt(count === 'bytes' ? Buffer.byteLength(text) : text.length);
}

function fits(value: unknown, condition: unknown): boolean {
  const text = scalarText(value);
  if (text === undefined) return false;
  const begins = (condition as JsonObject)['starts_with'];
  if (typeof begins === 'string') return text.startsWith(begins);
  return text === scalarText(condition);
}

/** An amount of a definition that was read, in units of USD. */
export const unitsOfPrice: (text: PriceText) => bigint = remembered((text) => {
  const parsed = parseAmount(text, 'USD', 'string');
  if ('fault' in parsed) throw new TypeError(`an amount of a definition that was read is ${parsed.fault}`);
  return parsed.units;
});

/** Whether what a call costs can be known from the answer only. */
export function isPricedByAnswer(price: Price): boolean {
  const rows = price.kind === 'table' ? price.rows.map((row) => row.price) : [price];
  return rows.some(
    (row) => row.kind === 'reported' || (row.kind === 'per_unit' && row.terms.some(({ unit }) => unit.of === 'answer')),
  );
}
