/** The names of an object in canonical order, each with what is written before its value: `"first":`, `,"second":`. */
export interface Shape {
  names: readonly string[];
  prefixes: readonly string[];
}

interface ShapeNode {
  next: Map<string, ShapeNode>;
  shape?: Shape;
}

/**
 * Events have few shapes, so sorting and quoting are remembered in a tree that is walked by the names in the order they
 * stand. Names may come from callers (labels), so the tree is bounded: when it is full it is forgotten, and grows anew.
 */
const NODES_MAXIMUM = 8_192;
let root: ShapeNode = { next: new Map() };
let nodes = 0;

export function shapeOf(names: readonly string[], quoted: (name: string) => string): Shape {
  let node = root;
  for (const name of names) {
    let next = node.next.get(name);
    if (!next) {
      next = { next: new Map() };
      node.next.set(name, next);
      nodes++;
    }
    node = next;
  }
  node.shape ??= sortedShape(names, quoted);
  const { shape } = node;
  if (nodes > NODES_MAXIMUM) {
    root = { next: new Map() };
    nodes = 0;
  }
  return shape;
}

function sortedShape(names: readonly string[], quoted: (name: string) => string): Shape {
  // The default order compares UTF-16 code units, which is what RFC 8785 asks for.
  const sorted = [...names].sort();
  return { names: sorted, prefixes: sorted.map((name, index) => `${index === 0 ? '' : ','}${quoted(name)}:`) };
}
