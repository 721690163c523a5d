/**
 * A value of the wire's types as the other side of a wire would have it: its own objects, without fields that are undefined.
 * For two parts of one process, so that neither can tell from what it gets that nothing travelled, nor change what the other keeps.
 * Amounts stay `bigint`.
 */
export function asReceived<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => asReceived(item)) as Value;
  const fields = value as Record<string, unknown>;
  const received: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (field === undefined) continue;
    const inner = typeof field === 'object' ? asReceived(field) : field;
    // Assigned, it would become the prototype instead of a field.
    if (name === '__proto__') Object.defineProperty(received, name, { value: inner, ...OWN_FIELD });
    else received[name] = inner;
  }
  return received as Value;
}

const OWN_FIELD = { enumerable: true, configurable: true, writable: true };
