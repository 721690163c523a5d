import type { z } from 'zod';
import { WHOLE_BODY, type FieldProblem } from './field-problem.js';
import { isJsonObject, readJson } from './json.js';

export type ReadRequest<Value> =
  { ok: true; value: Value } | { ok: false; code: 'unparseable_body' | 'body_invalid'; problems: FieldProblem[] };

/** Reads a JSON body by its schema, or says what is wrong with every field. An absent body counts as `{}`. */
export function readRequest<Schema extends z.ZodType>(schema: Schema, text: string): ReadRequest<z.output<Schema>> {
  const json = text === '' ? { ok: true as const, value: {} } : readJson(text);
  if (!json.ok) return { ok: false, code: json.code, problems: json.problems };
  return readRequestValue(schema, json.value);
}

/** As `readRequest`, from a value that `readJson` gave. */
export function readRequestValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): ReadRequest<z.output<Schema>> {
  if (!isJsonObject(value)) {
    return { ok: false, code: 'body_invalid', problems: [{ field: WHOLE_BODY, message: 'must be a JSON object' }] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, code: 'body_invalid', problems: problemsOfIssues(parsed.error.issues, 'this request') };
}

/** Reads a query by its schema: each parameter once, as text. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: Record<string, unknown>,
): { ok: true; value: z.output<Schema> } | { ok: false; code: 'query_invalid'; problems: FieldProblem[] } {
  const parsed = schema.safeParse(query);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, code: 'query_invalid', problems: problemsOfIssues(parsed.error.issues, 'this query') };
}

function problemsOfIssues(issues: readonly z.core.$ZodIssue[], of: string): FieldProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({
        field: fieldPath([...issue.path, name]),
        message: `is not a field of ${of}`,
      }));
    }
    return [{ field: fieldPath(issue.path), message: issue.message }];
  });
}

function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || WHOLE_BODY;
}
