import type { Secret } from '#paid-services';

const SHORTEST = 4;

/** A text in which no part of the secret stands: providers tell keys again that they do not take. */
export function redacted(text: string, secret: Secret | undefined): string {
  let clean = text;
  for (const part of Object.values(secret ?? {})) if (part.length >= SHORTEST) clean = clean.replaceAll(part, '***');
  return clean;
}
