import { quoted } from '#contracts';

/**
 * RFC 8785 text of plain JSON: what is signed has one spelling, for ever. Of numbers only whole ones, since the rest of the
 * house has no others; members that are `undefined` are left out.
 *
 * @throws for anything else, lone surrogates included
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new Error(`A ${typeof value} of this kind cannot be signed`);
  // Sorting compares UTF-16 code units, which is what RFC 8785 asks for.
  const names = Object.keys(value).sort();
  let members = '';
  for (const name of names) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${textOf(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function textOf(text: string): string {
  if (!text.isWellFormed()) throw new Error('A string of this kind cannot be signed');
  return quoted(text);
}
