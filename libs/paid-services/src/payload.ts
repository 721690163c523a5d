import { isJsonObject, JsonNumber, textFault, type FieldProblem, type JsonObject } from '#contracts';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import { isDeeperThan } from './json-depth.js';
import type { PayloadField } from './payload-schema.js';
import { scalarText } from './template.js';

type Fields = Record<string, PayloadField>;

/**
 * What a caller gave, as the definition has it: fields it does not name are dropped, aliases and defaults filled in, and everything that is left
 * keeps its bounds. `null` counts as absent.
 */
export function checkPayload(
  fields: Fields,
  given: unknown,
): { ok: true; payload: JsonObject } | { ok: false; problems: FieldProblem[] } {
  if (!isJsonObject(given)) return { ok: false, problems: [{ field: 'payload', message: 'must be a JSON object' }] };
  const problems: FieldProblem[] = [];
  const payload = checkFields(fields, given, 'payload', problems);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, payload };
}

function checkFields(fields: Fields, given: JsonObject, path: string, problems: FieldProblem[]): JsonObject {
  const checked: JsonObject = {};
  for (const [name, field] of Object.entries(fields)) {
    const names = [name, ...(field.aliases ?? [])].filter((one) => own(given, one) !== undefined);
    const as = names[0] ?? name;
    if (names.length > 1) {
      problems.push({ field: `${path}.${names[1]}`, message: `is another name of ${name}, which stands there too` });
    }
    const value = own(given, as) ?? field.default;
    if (value !== undefined) checked[name] = checkValue(field, value, `${path}.${as}`, problems);
    else if (field.required) problems.push({ field: `${path}.${name}`, message: 'is missing' });
  }
  return checked;
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

/** The value as it is passed on. What is wrong with it is added to `problems`. */
export function checkValue(field: PayloadField, value: unknown, path: string, problems: FieldProblem[]): unknown {
  const wrong = (message: string): undefined => void problems.push({ field: path, message });
  switch (field.type) {
    case 'string': {
      if (typeof value !== 'string') return wrong('must be a text');
      const fault = stringFault(field, value);
      return fault === undefined ? value : wrong(fault);
    }
    case 'integer': {
      const whole = value instanceof JsonNumber ? /^(-?\d{1,15})(?:\.0+)?$/.exec(value.text)?.[1] : undefined;
      if (whole === undefined) return wrong('must be a whole JSON number');
      const fault = numberFault(field, Number(whole), field.one_of);
      return fault === undefined ? new JsonNumber(whole.replace(/^-0+$/, '0')) : wrong(fault);
    }
    case 'number': {
      if (!(value instanceof JsonNumber) || value.text.length > 64) return wrong('must be a JSON number');
      const fault = numberFault(field, Number(value.text));
      return fault === undefined ? value : wrong(fault);
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong('must be true or false');
    case 'array': {
      if (!Array.isArray(value)) return wrong('must be a list');
      const { items, min_items = 0, max_items = PAID_SERVICE_BOUNDS.array_items } = field;
      if (value.length < min_items) return wrong(`must have at least ${min_items} entries`);
      if (value.length > max_items) return wrong(`must have at most ${max_items} entries`);
      return value.map((item: unknown, index) =>
        items ? checkValue(items, item, `${path}[${index}]`, problems) : checkFree(item, path, problems),
      );
    }
    case 'object':
      if (!isJsonObject(value)) return wrong('must be a JSON object');
      return field.fields ? checkFields(field.fields, value, path, problems) : checkFree(value, path, problems);
  }
}

function stringFault(field: PayloadField & { type: 'string' }, value: string): string | undefined {
  const { min_length = 0, max_length = PAID_SERVICE_BOUNDS.field_characters, max_bytes, one_of, format } = field;
  const fault = textFault(value);
  if (fault !== undefined) return fault;
  if (value.length < min_length) return `must have at least ${min_length} characters`;
  if (value.length > max_length) return `must have at most ${max_length} characters`;
  if (max_bytes !== undefined && Buffer.byteLength(value) > max_bytes) return `must have at most ${max_bytes} bytes`;
  if (one_of !== undefined && !one_of.includes(value)) return `must be one of ${one_of.join(', ')}`;
  return format === 'url' && webUrl(value) === undefined
    ? 'must be an http or https URL, without user and password'
    : undefined;
}

function numberFault(
  { minimum, maximum }: { minimum?: number; maximum?: number },
  value: number,
  one_of?: number[],
): string | undefined {
  if (one_of !== undefined && !one_of.includes(value)) return `must be one of ${one_of.join(', ')}`;
  // A number beyond all doubles is infinite, and may be bounded on one side only.
  if (!Number.isFinite(value)) return 'is too large';
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  return maximum !== undefined && value > maximum ? `must be at most ${maximum}` : undefined;
}

/** JSON that the definition does not describe: any, so long as it can be written and stored. */
function checkFree(value: unknown, path: string, problems: FieldProblem[]): unknown {
  const fault = isDeeperThan(value, PAID_SERVICE_BOUNDS.depth) ? 'is nested too deeply' : freeFault(value);
  if (fault !== undefined) problems.push({ field: path, message: fault });
  return value;
}

function freeFault(node: unknown): string | undefined {
  if (typeof node === 'string') return textFault(node);
  if (node === null || scalarText(node) !== undefined) return undefined;
  if (Array.isArray(node)) return firstFault(node);
  return isJsonObject(node) ? firstFault([...Object.keys(node), ...Object.values(node)]) : 'must be JSON';
}

function firstFault(nodes: readonly unknown[]): string | undefined {
  return nodes.map(freeFault).find((fault) => fault !== undefined);
}

/** An absolute http or https URL without user and password, in its normal form and without a fragment; undefined of anything else. */
export function webUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // A host of other characters would stand encoded, and be another, once it is a part of a path.
  if (url.username !== '' || url.password !== '' || !/^[a-z0-9._:[\]-]+$/.test(url.hostname)) return undefined;
  url.hash = '';
  return url.href;
}
