const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * RFC 8785 text of plain JSON: what is signed has one spelling, for ever. Of numbers only whole ones, since the rest of the
 * house has no others; members that are `undefined` are left out.
 *
 * @throws for anything else, lone surrogates included
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return JSON.stringify(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new Error(`A ${typeof value} of this kind cannot be signed`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Comparing UTF-16 code units, which is what RFC 8785 asks for.
  const sorted = members.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`;
}
