import { fillText, templateParts, type Scope } from './template.js';

/** The definition's own headers with their values; what is absent is left out. */
export function fillHeaders(headers: Record<string, string>, scope: Scope): [string, string][] {
  return Object.entries(headers).flatMap(([name, template]): [string, string][] => {
    const value = fillText(templateParts(template), scope);
    return value === undefined ? [] : [[name.toLowerCase(), value]];
  });
}
