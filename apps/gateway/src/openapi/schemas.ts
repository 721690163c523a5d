import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** Components by name: filled by the decorators of the controllers as they load. */
const components = new Map<string, JsonSchema>();

/** A zod schema as JSON Schema 2020-12, which OpenAPI 3.1 uses; what a caller sends (`input`) or gets (`output`). */
export function inputSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
}

/** A reference to the component of a schema that has an id; its parts with ids become components too. */
export function schemaReference(schema: z.ZodType, io: 'input' | 'output'): { $ref: string } {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('A schema of a call needs an id in its meta');
  const {
    $schema: _dialect,
    $defs,
    $ref,
    ...itself
  } = inputSchema(schema, io) as JsonSchema & {
    $defs?: Record<string, JsonSchema>;
  };
  const definitions: Record<string, JsonSchema> = { ...$defs, ...($ref === undefined ? { [id]: itself } : {}) };
  for (const [name, definition] of Object.entries(definitions)) components.set(name, rewritten(name, definition));
  return { $ref: `#/components/schemas/${id}` };
}

/** The components that were named so far, in alphabetical order. */
export function namedComponents(): Record<string, JsonSchema> {
  return Object.fromEntries([...components].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** What stands in a query, field by field; shapes with ids that the fields name become components. */
export function propertiesOf(schema: JsonSchema): { properties: Record<string, JsonSchema>; required: string[] } {
  const reference = (schema['$ref'] as string | undefined)?.slice('#/$defs/'.length);
  const definitions = { ...(schema['$defs'] as Record<string, JsonSchema> | undefined) };
  const itself = (reference !== undefined && definitions[reference]) || schema;
  if (reference !== undefined) delete definitions[reference];
  for (const [name, definition] of Object.entries(definitions)) components.set(name, rewritten(name, definition));
  const properties = Object.entries((itself['properties'] as Record<string, JsonSchema> | undefined) ?? {});
  return {
    properties: Object.fromEntries(properties.map(([name, property]) => [name, rewritten(name, property)])),
    required: (itself['required'] as string[]) ?? [],
  };
}

/** References go by the component's name, of one to itself too. */
function rewritten(id: string, definition: JsonSchema): JsonSchema {
  const text = JSON.stringify(definition, (name, value: unknown) =>
    name === 'id' && value === definition ? undefined : value,
  );
  const named = text.replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(named.replaceAll('"$ref":"#"', `"$ref":"#/components/schemas/${id}"`)) as JsonSchema;
}
