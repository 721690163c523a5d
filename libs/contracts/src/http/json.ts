import { parse } from 'lossless-json';
import { quoted } from '../json-text.js';
import { WHOLE_BODY, type FieldProblem } from './field-problem.js';

/** A JSON number as it was written: amounts are read from this text, never from a double (D4). */
export class JsonNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type JsonObject = Record<string, unknown>;

export type ReadJson =
  | { ok: true; value: unknown }
  /** Not JSON: 400. */
  | { ok: false; code: 'unparseable_body'; problems: FieldProblem[] }
  /** JSON whose text cannot be stored: 422. `value` lets the caller still find a key to answer to. */
  | { ok: false; code: 'body_invalid'; problems: FieldProblem[]; value: unknown };

/**
 * Parses JSON text and keeps every number as the text it was written in (`JsonNumber`). A field that stands twice with
 * two values is refused, since one of them would be dropped. NUL and lone surrogates are refused by name (D8).
 */
export function readJson(text: string): ReadJson {
  let value = readQuickly(text);
  try {
    if (value === undefined) value = parse(text, undefined, toJsonNumber);
  } catch (error) {
    return { ok: false, code: 'unparseable_body', problems: [{ field: WHOLE_BODY, message: parseFault(error) }] };
  }
  // Text that cannot be stored is either escaped or itself ill-formed; all other text needs no walk.
  if (!text.includes('\\u') && text.isWellFormed()) return { ok: true, value };
  const problems: FieldProblem[] = [];
  findUnstorableText(value, '', problems);
  return problems.length > 0 ? { ok: false, code: 'body_invalid', problems, value } : { ok: true, value };
}

/** What the engine's own parser, several times as fast, would read otherwise, or might: numbers that it may write in another way, and odd spacing. */
const NEEDS_CARE = /[:[,]\s*(?:-|\d+[^\d,\]}]|\d{16})|^\s*[-\d]|"\s+:/;
/** Where a number may stand; also in a text, where it does no harm to look. */
const MAY_HOLD_NUMBERS = /[:[,]\s*\d/;
/** A name that the engine gives an object and the other parser does not. */
const OWN_NAME = '__proto__';

/**
 * The value of text by the engine's own parser; undefined where that may have dropped something, and where the text is not JSON: the other
 * parser tells. Nothing is dropped where all numbers are whole and short, so that they are written in one way only, and no field stands
 * twice (the text has as many names as the value), nor where the engine writes the value in the very characters that were read.
 */
function readQuickly(text: string): unknown {
  if (text.includes(OWN_NAME)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (NEEDS_CARE.test(text)) return JSON.stringify(value) === text ? withNumbers(value) : undefined;
    if (countNames(value) !== countNameEnds(text)) return undefined;
    return MAY_HOLD_NUMBERS.test(text) ? withNumbers(value) : value;
  } catch {
    return undefined;
  }
}

/** The same value, whose numbers are now what the engine writes for them. */
function withNumbers(value: unknown): unknown {
  if (typeof value === 'number') return new JsonNumber(String(value));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as JsonObject;
  for (const name in fields) {
    const inner = fields[name];
    if (typeof inner === 'number' || typeof inner === 'object') fields[name] = withNumbers(inner);
  }
  return value;
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countNames(item);
    return count;
  }
  for (const name in value) count += 1 + countNames((value as JsonObject)[name]);
  return count;
}

function countNameEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) count += 1;
  return count;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** JSON text of a value that `readJson` gave: fields in their order, numbers as they were written, no spacing. */
export function writeJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value))
    return `[${value.map((item) => (item === undefined ? 'null' : writeJson(item))).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  // A loop, since resolving writes two such objects for each payment.
  let fields = '';
  for (const name of Object.keys(value)) {
    const inner = value[name];
    if (inner === undefined) continue;
    fields += `${fields === '' ? '' : ','}${quoted(name)}:${writeJson(inner)}`;
  }
  return `{${fields}}`;
}

/** What is wrong with a text, or undefined: PostgreSQL and UTF-8 can hold neither NUL nor half a character. */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the NUL character';
  if (!text.isWellFormed()) return 'must be well-formed Unicode; it contains a lone surrogate';
  return undefined;
}

const numbers = { parseNumber: (text: string): JsonNumber => new JsonNumber(text) };
const toJsonNumber = numbers.parseNumber;

function parseFault(error: unknown): string {
  if (error instanceof RangeError) return 'is nested too deeply';
  const reason = error instanceof Error ? error.message : String(error);
  return `is not JSON: ${reason.toWellFormed()}`;
}

function findUnstorableText(value: unknown, path: string, problems: FieldProblem[]): void {
  if (typeof value === 'string') {
    const fault = textFault(value);
    if (fault) problems.push({ field: path || WHOLE_BODY, message: fault });
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => findUnstorableText(item, `${path}[${index}]`, problems));
    return;
  }
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    const fault = textFault(name);
    if (fault) problems.push({ field: path || WHOLE_BODY, message: `has a field whose name ${fault}` });
    else findUnstorableText(value[name], path === '' ? name : `${path}.${name}`, problems);
  }
}
