import type { IncomingHttpHeaders } from 'node:http';

/** What a provider is asked, read from the connection once. */
export interface Asked {
  readonly method: string;
  /** Below the provider's host, as it came: `/v1/chat/completions`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as it came, without its question mark. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** The fields of the body, JSON or form; empty where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly bodyText: string;
  /** Where the sandbox was reached, for links into itself. */
  readonly origin: string;
}

export type Content =
  | { readonly kind: 'json'; readonly value: object }
  | { readonly kind: 'text'; readonly text: string; readonly type: string }
  /** Server-sent events, one `data:` each. */
  | { readonly kind: 'events'; readonly data: readonly string[] }
  | { readonly kind: 'nothing' };

/** What the provider answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content: Content;
}

export function json(status: number, value: object, headers?: Readonly<Record<string, string>>): Answer {
  return { status, content: { kind: 'json', value }, ...(headers === undefined ? {} : { headers }) };
}
