import { isJsonObject, type FieldProblem } from '#contracts';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import type { ServiceDefinition } from './definition.js';

/** A secret by its parts; one without parts is `{value}`. Never logged, never answered. */
export type Secret = Readonly<Record<string, string>>;

/** A part may stand in a URL, in which a segment of dots alone would name another path. */
const PRINTABLE = new RegExp(`^(?! |\\.{1,2}$)[\\x20-\\x7e]{1,${PAID_SERVICE_BOUNDS.secret_characters}}(?<! )$`);
const PRINTABLE_RULE = 'must be printable characters with no space at either end, and not only dots';

/** The names of a definition's secret parts, in order; none where it needs no secret. */
export function secretParts(definition: Pick<ServiceDefinition, 'secret'>): string[] {
  return definition.secret ? (definition.secret.parts?.map(({ name }) => name) ?? ['value']) : [];
}

/**
 * Reads what an org gives as its secret: an object of the parts, or one text, which is the first part where all others have defaults. The
 * problems never tell the secret again.
 */
export function readSecret(
  definition: ServiceDefinition,
  given: unknown,
): { ok: true; secret: Secret } | { ok: false; problems: FieldProblem[] } {
  const names = secretParts(definition);
  const [first] = names;
  const refuse = (field: string, message: string) => ({ ok: false as const, problems: [{ field, message }] });
  if (first === undefined) return refuse('secret', `is not taken: ${definition.name} needs none`);
  const values = typeof given === 'string' ? { [first]: given } : given;
  if (!isJsonObject(values)) {
    const form = names.length === 1 ? 'a text' : `an object of ${names.join(', ')}`;
    return refuse('secret', `must be ${form}`);
  }
  const problems: FieldProblem[] = Object.keys(values)
    .filter((name) => !names.includes(name))
    .map((name) => ({ field: `secret.${name}`, message: `is no part of it: it has ${names.join(', ')}` }));
  const secret: Record<string, string> = {};
  for (const name of names) {
    const value = values[name] ?? definition.secret?.parts?.find((part) => part.name === name)?.default;
    const field = typeof given === 'string' && name === first ? 'secret' : `secret.${name}`;
    if (value === undefined) problems.push({ field, message: 'is missing' });
    else if (typeof value !== 'string' || !PRINTABLE.test(value)) problems.push({ field, message: PRINTABLE_RULE });
    else secret[name] = value;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, secret };
}

/** What stands in a secret's place while the sandbox is asked. */
export function sandboxSecret(definition: ServiceDefinition): Secret {
  const parts = definition.secret?.parts ?? [{ name: 'value' }];
  return Object.fromEntries(parts.map((part) => [part.name, part.sandbox ?? part.default ?? 'sandbox']));
}
