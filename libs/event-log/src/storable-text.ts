/** In a `u` pattern a surrogate matches only where it stands alone. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function hasLoneSurrogate(text: string): boolean {
  return LONE_SURROGATE.test(text);
}

/** Can PostgreSQL hold this text at all? NUL and lone surrogates it cannot. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !hasLoneSurrogate(text);
}
