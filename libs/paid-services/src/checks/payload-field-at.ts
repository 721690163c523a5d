import type { PayloadField } from '../payload-schema.js';

/** The field that a path names; `free` below an object that the definition does not describe; undefined where it names nothing. */
export function payloadFieldAt(
  fields: Record<string, PayloadField>,
  path: readonly string[],
): PayloadField | 'free' | undefined {
  const [name, ...rest] = path;
  if (name === undefined || !Object.hasOwn(fields, name)) return undefined;
  const field = fields[name]!;
  if (rest.length === 0) return field;
  if (field.type !== 'object') return undefined;
  return field.fields ? payloadFieldAt(field.fields, rest) : 'free';
}

/** Whether the field is there in every payload that passes. */
export function isAlwaysThere(fields: Record<string, PayloadField>, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  const field = name === undefined ? undefined : fields[name];
  if (!field || !(field.required || field.default !== undefined)) return false;
  return (
    rest.length === 0 || (field.type === 'object' && field.fields !== undefined && isAlwaysThere(field.fields, rest))
  );
}

/** Whether its value is one text, number or boolean. */
export function isScalar(field: PayloadField | 'free' | undefined): boolean {
  return field !== undefined && field !== 'free' && field.type !== 'array' && field.type !== 'object';
}
