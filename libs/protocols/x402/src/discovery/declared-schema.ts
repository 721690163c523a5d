import { isJsonObject, JsonNumber, type JsonObject } from '#contracts';
import { sameJson } from '../json-values.js';

/** Comparisons of one value with one part of a schema. A declaration of the published packages takes some dozens. */
const STEPS_MAXIMUM = 10_000;

/**
 * Whether a declaration fits the JSON Schema that came with it, by the keywords that the published packages write. Others (patterns,
 * references within) are passed over: the schema is a stranger's, so it is walked within bounds and nothing of it is ever run.
 */
export function fitsDeclaredSchema(value: unknown, schema: JsonObject): boolean {
  return !refersElsewhere(schema) && fits(value, schema, { left: STEPS_MAXIMUM });
}

/** As the published check has it: nothing is fetched, and no name is given that others could refer to. */
function refersElsewhere(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(refersElsewhere);
  if (!isJsonObject(node)) return false;
  return Object.entries(node).some(([name, inner]) => {
    const isReference = name === '$ref' || name === '$id';
    return (isReference && (typeof inner !== 'string' || !inner.startsWith('#'))) || refersElsewhere(inner);
  });
}

function fits(value: unknown, schema: unknown, steps: { left: number }): boolean {
  steps.left -= 1;
  if (steps.left < 0) return false;
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) return false;
  if (schema['type'] !== undefined && ![schema['type']].flat().some((type) => isOfType(value, type))) return false;
  if (Object.hasOwn(schema, 'const') && !sameJson(value, schema['const'])) return false;
  const listed = schema['enum'];
  if (listed !== undefined && !(Array.isArray(listed) && listed.some((one) => sameJson(value, one)))) return false;
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined || value.every((item) => fits(item, items, steps));
  }
  return !isJsonObject(value) || fitsFields(value, schema, steps);
}

function fitsFields(value: JsonObject, schema: JsonObject, steps: { left: number }): boolean {
  const { required = [], properties = {}, additionalProperties: others } = schema;
  if (!Array.isArray(required) || !isJsonObject(properties)) return false;
  if (!required.every((name) => typeof name === 'string' && Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(([name, inner]) => {
    if (Object.hasOwn(properties, name)) return fits(inner, properties[name], steps);
    return others === undefined || fits(inner, others, steps);
  });
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'object':
      return isJsonObject(value);
    case 'array':
      return Array.isArray(value);
    case 'number':
      return value instanceof JsonNumber;
    case 'integer':
      return value instanceof JsonNumber && Number.isInteger(Number(value.text));
    case 'null':
      return value === null;
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return false;
  }
}
