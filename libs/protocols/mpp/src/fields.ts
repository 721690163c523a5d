import { textFault } from '#contracts';
import { z } from 'zod';

/** Building blocks of the wire's schemas. An absent field is told as such, whatever rule it has. */
function rule(message: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? 'is missing' : message) };
}

/** Printable ASCII, with no space at either end. */
export function printable(characters: number) {
  const message = `must be 1 to ${characters} printable characters with no space at either end`;
  return z.string(rule(message)).regex(new RegExp(`^(?! )[\\x20-\\x7e]{1,${characters}}(?<! )$`), message);
}

/** Text for people, storable as it is. */
export function words(characters: number) {
  const message = `must be a text of at most ${characters} characters`;
  return z
    .string(rule(message))
    .refine(({ length }) => length <= characters, message)
    .refine((value) => textFault(value) === undefined, 'must be text without NUL or lone surrogates');
}

export function matching(pattern: RegExp, message: string) {
  return z.string(rule(message)).regex(pattern, message);
}

/** RFC 3339. */
export const isoTime = z.iso.datetime({ offset: true, ...rule('must be a time such as 2026-12-01T00:00:00Z') });
