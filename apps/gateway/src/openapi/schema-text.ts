/** What pages say of a JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const REFERENCE = '#/components/schemas/';
/** What JSON Schema of numbers in JavaScript says where there is no bound. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** A type in few words, with its bounds; a shape that has a name is a link to it. */
export function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  const several = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (several) return [...new Set(several.map(typeText))].join(schema.allOf ? ' and ' : ' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items ? typeText(schema.items) : 'anything'}${boundsOf(schema)}`;
  if (schema.type === 'object') return objectText(schema);
  return `${[schema.type ?? 'anything'].flat().join(' or ')}${schema.format ? ` (${schema.format})` : ''}${boundsOf(schema)}`;
}

function objectText({ properties, additionalProperties }: Schema): string {
  if (properties && Object.keys(properties).length > 0) {
    const fields = Object.entries(properties).map(([name, of]) => `\`${name}\`: ${typeText(of)}`);
    return `object {${fields.join(', ')}}`;
  }
  return typeof additionalProperties === 'object' ? `map of ${typeText(additionalProperties)}` : 'object';
}

function boundsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const bounds = [
    rangeText(minimum, maximum === UNBOUNDED ? undefined : maximum, ''),
    rangeText(minLength, maxLength, ' characters'),
    rangeText(minItems, maxItems, ' items'),
  ].filter((text) => text !== '');
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`;
}

function rangeText(least: number | undefined, most: number | undefined, unit: string): string {
  const from = least === undefined || least === -UNBOUNDED ? undefined : least;
  if (from === undefined && most === undefined) return '';
  if (most === undefined) return `from ${from}${unit}`;
  return from === undefined ? `up to ${most}${unit}` : `${from} to ${most}${unit}`;
}

function linkTo(reference: string): string {
  const name = reference.slice(REFERENCE.length);
  return `[${name}](#${name.toLowerCase()})`;
}
