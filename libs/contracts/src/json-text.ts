/** What stands in JSON as it is: printable ASCII without quotation mark and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as JSON. Ids and names are plain nearly always, and finding that costs half of what `JSON.stringify` does. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
