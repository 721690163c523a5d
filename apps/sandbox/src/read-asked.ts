import type { IncomingMessage } from 'node:http';
import type { Asked } from './exchange.js';
import type { Provider } from './provider.js';
import { isFields } from './providers/fields.js';

/** Larger than anything a provider takes here. */
const MOST_BODY_BYTES = 10_000_000;

/** What the request line asks for: `/<provider host>/<path>?<search>`. */
export interface Target {
  readonly host: string;
  readonly path: string;
  readonly search: string;
}

export function targetOf(url: string): Target {
  const [whole = '', ...rest] = url.split('?');
  const [, host = '', path = ''] = /^\/([^/]*)(.*)$/.exec(whole) ?? [];
  return { host, path, search: rest.join('?') };
}

/** The body as text, or undefined where it is too large. */
export async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= MOST_BODY_BYTES) parts.push(part);
  }
  return bytes <= MOST_BODY_BYTES ? Buffer.concat(parts).toString('utf8') : undefined;
}

/** What is asked of this provider; `body` has no fields where the text is not of the form that the provider takes. */
export function askedOf(
  request: IncomingMessage,
  { path, search }: Target,
  bodyText: string,
  provider: Provider,
): Asked {
  return {
    method: request.method ?? '',
    path,
    search,
    query: new URLSearchParams(search),
    headers: request.headers,
    bodyText,
    body: fieldsOf(bodyText, provider) ?? {},
    origin: `http://${request.headers.host ?? 'localhost'}`,
  };
}

/** Says what is wrong with the body's form, if anything is. */
export function problemOfForm(
  { headers, bodyText }: Asked,
  provider: Provider,
): { status: number; message: string } | undefined {
  if (provider.bodyForm === 'none') return undefined;
  const wanted = provider.bodyForm === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== wanted) return { status: 415, message: `The content type must be ${wanted}.` };
  if (fieldsOf(bodyText, provider)) return undefined;
  return { status: 400, message: 'We could not parse the JSON body of your request.' };
}

function fieldsOf(text: string, { bodyForm }: Provider): Readonly<Record<string, unknown>> | undefined {
  if (bodyForm === 'form') return Object.fromEntries(new URLSearchParams(text));
  if (bodyForm === 'none') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
