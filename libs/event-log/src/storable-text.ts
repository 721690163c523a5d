export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed();
}

/** Can PostgreSQL hold this text at all? NUL and lone surrogates it cannot. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !hasLoneSurrogate(text);
}
