/** PostgreSQL array literals, written by hand: pg's own escape every element in a general way, five times slower. */
export function numberArray(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}

export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join(',')}}`;
}

function quoted(value: string): string {
  return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
}

const HEX_ID = /^(?:[a-z]+_)?([0-9a-f]{32})$/;

/** The 32 hex digits of an id such as `pay_<32 hex digits>`; undefined where it has not this shape. */
export function hexOfId(id: string): string | undefined {
  return HEX_ID.exec(id)?.[1];
}
