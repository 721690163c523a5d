import { checkValue } from '../payload.js';
import type { PayloadField } from '../payload-schema.js';
import type { LocatedProblem, Path } from './located-problem.js';

/** Names that stand twice, bounds that nothing keeps, and defaults that break their own field's bounds. */
export function payloadProblems(fields: Record<string, PayloadField>, path: Path = ['payload']): LocatedProblem[] {
  const names = new Set(Object.keys(fields));
  return Object.entries(fields).flatMap(([name, field]) => {
    const problems = fieldProblems(field, [...path, name]);
    for (const [index, alias] of (field.aliases ?? []).entries()) {
      if (names.has(alias)) problems.push({ path: [...path, name, 'aliases', index], message: 'is a field already' });
      names.add(alias);
    }
    return problems;
  });
}

function fieldProblems(field: PayloadField, path: Path): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  if (field.default !== undefined) {
    const wrong: { field: string; message: string }[] = [];
    checkValue(field, field.default, 'default', wrong);
    problems.push(...wrong.map(({ message }) => ({ path: [...path, 'default'], message })));
  }
  const [low, high] = boundsOf(field);
  if (low !== undefined && high !== undefined && low > high) {
    problems.push({ path, message: 'has a lower bound above its upper bound' });
  }
  if (field.type === 'array' && field.items) problems.push(...fieldProblems(field.items, [...path, 'items']));
  if (field.type === 'object' && field.fields) problems.push(...payloadProblems(field.fields, [...path, 'fields']));
  return problems;
}

function boundsOf(field: PayloadField): [number | undefined, number | undefined] {
  switch (field.type) {
    case 'string':
      return [field.min_length, field.max_length];
    case 'integer':
    case 'number':
      return [field.minimum, field.maximum];
    case 'array':
      return [field.min_items, field.max_items];
    case 'boolean':
    case 'object':
      return [undefined, undefined];
  }
}
