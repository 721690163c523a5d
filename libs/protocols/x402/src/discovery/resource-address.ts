import { X402_BOUNDS } from '../bounds.js';

const TEMPLATE = /^\/[a-zA-Z0-9_/:.\-~%]+$/;
const DECODED_AT_MOST = 5;

/**
 * The address under which a resource is listed: with the route's template in place of the path, where there is one, and without
 * what one payer asked for or is known by (query, fragment, user). Undefined where it is none of HTTP.
 */
export function resourceAddress(url: string, template: unknown): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const address = `${origin}${isRouteTemplate(template) ? template : pathname}`;
  return address.length > X402_BOUNDS.listing.address_characters ? undefined : address;
}

/** A path such as `/users/:id`, which leads nowhere else, however it is encoded. The published packages have the same rule. */
export function isRouteTemplate(template: unknown): template is string {
  if (typeof template !== 'string' || !TEMPLATE.test(template)) return false;
  let decoded = template;
  for (let pass = 0; pass < DECODED_AT_MOST; pass++) {
    let next: string;
    try {
      next = decodeURIComponent(decoded);
    } catch {
      return false;
    }
    if (next === decoded) return !decoded.includes('..') && !decoded.includes('://');
    decoded = next;
  }
  return false;
}
