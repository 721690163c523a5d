import type { Secret } from '#paid-services';

const SHORTEST = 4;

/** A text in which no part of the secret stands, as it is or as JSON, a URL or Basic has it: providers tell keys again that they do not take. */
export function redacted(text: string, secret: Secret | undefined): string {
  return formsOf(secret).reduce((clean, form) => clean.replaceAll(form, '***'), text);
}

export function redactedHeaders(
  headers: Readonly<Record<string, string>>,
  secret: Secret | undefined,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redacted(value, secret)]));
}

/** The longest first: one may stand in another. */
function formsOf(secret: Secret = {}): string[] {
  const parts = Object.values(secret).filter((part) => part.length >= SHORTEST);
  const pairs = parts.flatMap((user) => parts.map((password) => base64(`${user}:${password}`)));
  const forms = parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), encodeURIComponent(part)]);
  return [...new Set([...forms, ...pairs])].toSorted((one, other) => other.length - one.length);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
