import { NotCanonicalError } from './errors.js';
import { hasLoneSurrogate } from './storable-text.js';

const DEPTH_MAXIMUM = 64;
/** Characters that JSON escapes, and surrogates, which may be lone. */
// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const SPECIAL = /[\u0000-\u001f"\\\ud800-\udfff]/;

/**
 * RFC 8785 bytes of a plain JSON value: null, booleans, safe integers, strings, arrays and objects. Properties that are
 * `undefined` are left out, as JSON does.
 * @throws NotCanonicalError for anything else: fractions, NUL, lone surrogates, class instances, functions.
 */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(canonicalText(value), 'utf8');
}

/** The same as text. */
export function canonicalText(value: unknown): string {
  // The path is built only when something is refused: it costs nothing on the hot path.
  try {
    return write(value, 0);
  } catch (error) {
    if (error instanceof Refusal) throw new NotCanonicalError(error.path, error.fault);
    throw error;
  }
}

class Refusal extends Error {
  path = '';
  constructor(readonly fault: NotCanonicalError['fault']) {
    super(fault);
  }
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isSafeInteger(value)) throw new Refusal('unsafe_number');
      return `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === DEPTH_MAXIMUM) throw new Refusal('too_deep');
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
    default:
      throw new Refusal('unsupported_type');
  }
}

function writeString(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  if (text.includes('\0')) throw new Refusal('nul');
  if (hasLoneSurrogate(text)) throw new Refusal('lone_surrogate');
  return JSON.stringify(text);
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ',';
    try {
      text += write(values[index], depth);
    } catch (error) {
      throw located(error, index);
    }
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Refusal('unsupported_type');
  const shape = shapeOf(Object.keys(value));
  let text = '';
  for (let index = 0; index < shape.names.length; index++) {
    const name = shape.names[index]!;
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    try {
      text += (text === '' ? '' : ',') + shape.prefixes[index]! + write(member, depth);
    } catch (error) {
      throw located(error, name);
    }
  }
  return `{${text}}`;
}

function located(error: unknown, name: string | number): unknown {
  if (error instanceof Refusal) error.path = `/${name}${error.path}`;
  return error;
}

/** The names of an object in canonical order, each with its text `"name":`. */
interface Shape {
  names: readonly string[];
  prefixes: readonly string[];
}

interface ShapeNode {
  next: Map<string, ShapeNode>;
  shape?: Shape;
}

/**
 * Events have few shapes, so sorting is remembered in a tree walked by the names in the order they stand. Names may come
 * from callers (labels): what is remembered is bounded, and beyond that shapes are sorted each time.
 */
const SHAPE_NODES_MAXIMUM = 4_096;
const NAMES_REMEMBERED_MINIMUM = 5;
const root: ShapeNode = { next: new Map() };
let nodes = 0;

function shapeOf(names: readonly string[]): Shape {
  if (names.length < NAMES_REMEMBERED_MINIMUM) return sortShape(names);
  let node = root;
  for (const name of names) {
    let next = node.next.get(name);
    if (!next) {
      if (nodes >= SHAPE_NODES_MAXIMUM) return sortShape(names);
      nodes++;
      next = { next: new Map() };
      node.next.set(name, next);
    }
    node = next;
  }
  return (node.shape ??= sortShape(names));
}

function sortShape(names: readonly string[]): Shape {
  // The default order compares UTF-16 code units, which is what RFC 8785 asks for.
  const sorted = names.length > 1 ? [...names].sort() : names;
  return { names: sorted, prefixes: sorted.map((name) => `${writeString(name)}:`) };
}
