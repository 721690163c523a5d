/** A Postgres array of ids, digits and words of our own, which need no quoting; undefined is null. */
export function plainArray(values: readonly (string | number | bigint | undefined | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`;
}

/** A Postgres array of free texts. */
export function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
