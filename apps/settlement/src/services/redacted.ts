import type { Secret } from '#paid-services';

/** What is shorter stands in any text. */
export const SHORTEST = 4;
export const REDACTED = '***';

/** A text in which no part of the secret stands, as it is or as JSON, a URL or Basic has it: providers tell keys again that they do not take. */
export function redacted(text: string, secret: Secret | undefined): string {
  const matcher = matcherOf(formsOf(secret));
  return matcher ? text.replace(matcher, REDACTED) : text;
}

export function redactedHeaders(
  headers: Readonly<Record<string, string>>,
  secret: Secret | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redacted(value, secret)]));
}

/** In which the secret may stand in a text, the longest first: one may stand in another. */
export function formsOf(secret: Secret = {}): string[] {
  const parts = Object.values(secret).filter((part) => part.length >= SHORTEST);
  const pairs = parts.flatMap((user) => parts.map((password) => base64(`${user}:${password}`)));
  const forms = parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part)]);
  return [...new Set([...forms, ...pairs])].toSorted((one, other) => other.length - one.length);
}

/** Finds whichever form comes first, and of several there the longest. */
export function matcherOf(forms: readonly string[]): RegExp | undefined {
  if (forms.length === 0) return undefined;
  return new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
