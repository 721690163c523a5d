import { fillText, scalarText, templateParts, valueOf, type Scope, type TemplatePart } from './template.js';
import { webUrl } from './payload.js';

/** Scheme, host and port, which have to stand in the definition itself. */
const ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+\//;

/** What is wrong with the URL of a definition, or undefined. */
export function urlFault(parts: readonly TemplatePart[]): string | undefined {
  const [first, ...others] = parts;
  const origin = typeof first === 'string' ? ORIGIN.exec(first)?.[0] : undefined;
  if (origin === undefined) return 'must begin with http:// or https://, a host and a slash, without templates';
  const literal = parts.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  if (!URL.canParse(literal) || !isNormal(literal))
    return 'must be a URL in its normal form, without user and fragment';
  const raw = parts.findIndex((part) => typeof part !== 'string' && part.is_raw);
  if (raw < 0) return undefined;
  const before = parts[raw - 1];
  const isPath = others.length > 0 && raw === parts.length - 1 && !literal.includes('?');
  return isPath && typeof before === 'string' && before.endsWith('/')
    ? undefined
    : 'may have {+…} only at the end of its path, after a slash';
}

function isNormal(literal: string): boolean {
  const url = new URL(literal);
  return url.href === literal && url.username === '' && url.password === '' && url.hash === '';
}

/**
 * The URL with its values filled in, or why these values cannot stand there. Values are percent-encoded, so none of them ends a segment, begins a query
 * or names a host; a segment that would be empty, `.` or `..`, which no encoding keeps, is refused.
 */
export function fillUrl(template: string, scope: Scope): { url: string } | { message: string } {
  let url = '';
  const parts = templateParts(template);
  for (const part of parts) {
    if (typeof part === 'string') {
      url += part;
      continue;
    }
    const value = valueOf(part, scope);
    const text = part.is_raw && typeof value === 'string' ? webUrl(value) : scalarText(value);
    if (text === undefined || text === '') return { message: 'is needed in the URL' };
    url += part.is_raw ? text : encodeURIComponent(text);
  }
  const path = url.split(/[?#]/, 1)[0]!;
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    return { message: 'cannot stand in the path of a URL' };
  }
  return { url };
}

/** `name=value&…` of entries whose values are there. */
export function fillQuery(query: Record<string, string>, scope: Scope): string[] {
  return Object.entries(query).flatMap(([name, template]) => {
    const value = fillText(templateParts(template), scope);
    return value === undefined ? [] : [queryEntry(name, value)];
  });
}

export function queryEntry(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
