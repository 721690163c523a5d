type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Tampered {
  /** Where it differs, such as `payer.handle`. */
  path: string;
  value: Json;
}

/** Copies of a JSON value that differ from it in one place each: every leaf changed, every member gone, one added to each object. */
export function* tampered(value: Json, path = ''): Generator<Tampered> {
  if (typeof value !== 'object' || value === null) {
    yield { path, value: otherThan(value) };
    return;
  }
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    yield { path: `${path}[+]`, value: [...list, 'more'] };
    for (const [index, item] of list.entries()) {
      yield { path: `${path}[-${index}]`, value: list.toSpliced(index, 1) };
      for (const inside of tampered(item, `${path}[${index}]`))
        yield { path: inside.path, value: list.with(index, inside.value) };
    }
    return;
  }
  const members = Object.entries(value as Record<string, Json>);
  yield { path: `${path}+`, value: Object.fromEntries([...members, ['more', 'x']]) };
  // Every object inherits a member of this name.
  yield { path: `${path}+__proto__`, value: Object.fromEntries([...members, ['__proto__', {}]]) };
  for (const [name, member] of members) {
    const others = members.filter(([other]) => other !== name);
    const place = path === '' ? name : `${path}.${name}`;
    yield { path: `-${place}`, value: Object.fromEntries(others) };
    yield { path: `${place} for __proto__`, value: Object.fromEntries([...others, ['__proto__', {}]]) };
    for (const inside of tampered(member, place))
      yield { path: inside.path, value: Object.fromEntries([...others, [name, inside.value]]) };
  }
}

function otherThan(leaf: null | boolean | number | string): Json {
  if (leaf === null) return '';
  if (typeof leaf === 'boolean') return !leaf;
  return typeof leaf === 'number' ? leaf + 1 : `${leaf}0`;
}
