/** More texts than all definitions of a deployment have. */
const TEXTS_MAXIMUM = 10_000;

/** What is read from the texts of definitions, which are few and come again with every call. Never for texts of a caller. */
export function remembered<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = read(text);
    if (known.size >= TEXTS_MAXIMUM) known.clear();
    known.set(text, value);
    return value;
  };
}
