import { isJsonObject, JsonNumber, type JsonObject } from '#contracts';
import { NAME } from './fields.js';
import { remembered } from './remembered.js';
import type { Secret } from './secret.js';

/** `{payload.options.depth}`: where a value is taken from. */
export interface Reference {
  of: 'payload' | 'secret';
  path: string[];
}

/** A template: literal text, and what is filled in. `is_raw`: `{+…}`. */
export interface Filling {
  first_of: Reference[];
  is_raw: boolean;
}
export type TemplatePart = string | Filling;

export interface Scope {
  payload: JsonObject;
  secret: Secret;
}

const TOKEN = /\{\{|\}\}|\{(\+?)([^{}]*)\}|[{}]/g;

/** Reads a template, or says what is wrong with it. */
export function parseTemplate(text: string): { parts: TemplatePart[] } | { message: string } {
  const parts: TemplatePart[] = [];
  let literal = '';
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === '{{' || match[0] === '}}') {
      literal += match[0][0];
      continue;
    }
    const first_of = match[2]?.split('|').map(parseReference);
    if (!first_of?.every((reference) => reference !== undefined)) {
      return { message: `has ${match[0]}, which is no template such as {payload.query}; a brace is written twice` };
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push({ first_of, is_raw: match[1] === '+' });
  }
  literal += text.slice(end);
  if (literal !== '') parts.push(literal);
  return { parts };
}

function parseReference(text: string): Reference | undefined {
  const [of, ...path] = text.split('.');
  if ((of !== 'payload' && of !== 'secret') || path.length === 0) return undefined;
  return path.every((one) => NAME.test(one)) ? { of, path } : undefined;
}

/** The parts of a template that a definition holds; its reader has made sure that it is one. Each is read once, since every call fills them. */
export const templateParts = remembered((text): readonly TemplatePart[] => {
  const parsed = parseTemplate(text);
  if ('message' in parsed) throw new TypeError(`a template of a definition that was read ${parsed.message}`);
  return parsed.parts;
});

/** A field's value by its path, or undefined. */
export function fieldAt(payload: JsonObject, path: readonly string[]): unknown {
  let value: unknown = payload;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** What a filling stands for: the first that is there, with its JSON type. */
export function valueOf({ first_of }: Filling, scope: Scope): unknown {
  for (const { of, path } of first_of) {
    const value = fieldAt(scope[of], path);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The template as text, or undefined where something it needs is absent. Values are never read as templates again. */
export function fillText(parts: readonly TemplatePart[], scope: Scope): string | undefined {
  let text = '';
  for (const part of parts) {
    const piece = typeof part === 'string' ? part : scalarText(valueOf(part, scope));
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

/** A template in JSON: what is one template and nothing else keeps the field's type. */
export function fillValue(parts: readonly TemplatePart[], scope: Scope): unknown {
  const [only, ...others] = parts;
  if (only !== undefined && typeof only !== 'string' && others.length === 0) return valueOf(only, scope);
  return fillText(parts, scope);
}

/**
 * Fills every text of a JSON value. What is absent drops its field; an item of a list in which something is absent is dropped whole, such as the
 * message of a system prompt that was not given.
 */
export function fillJson(node: unknown, scope: Scope): unknown {
  if (typeof node === 'string') return fillValue(templateParts(node), scope);
  if (Array.isArray(node)) return node.map((item) => fillItem(item, scope)).filter((item) => item !== undefined);
  if (!isJsonObject(node)) return node;
  const filled = Object.entries(node).map(([name, value]) => [name, fillJson(value, scope)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function fillItem(item: unknown, scope: Scope): unknown {
  const filled = fillJson(item, scope);
  return isJsonObject(item) && Object.keys(item).length > Object.keys(filled as JsonObject).length ? undefined : filled;
}

/** A text, number or boolean as text; undefined of anything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber || typeof value === 'boolean' ? String(value) : undefined;
}
