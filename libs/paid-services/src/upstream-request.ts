import { writeJson, type JsonObject } from '#contracts';
import type { ServiceDefinition } from './definition.js';
import type { QuotedCall } from './quote.js';
import { fillHeaders } from './request-headers.js';
import { fillQuery, fillUrl, queryEntry } from './request-url.js';
import { sandboxSecret, type Secret } from './secret.js';
import { fillJson, type Scope } from './template.js';

/** What is sent to the provider. Header names are in lower case. */
export interface UpstreamRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/**
 * The request of a call that was quoted: the same for the same arguments. Without a secret it is for the sandbox, and carries
 * what the definition says for it. Whoever sends it decides where to: the URL is the provider's own.
 */
export function upstreamRequest(
  definition: ServiceDefinition,
  call: QuotedCall,
  secret: Secret | undefined,
  { idempotency_key }: { idempotency_key?: string } = {},
): UpstreamRequest {
  const scope: Scope = { payload: call.payload, secret: secret ?? sandboxSecret(definition) };
  const placed = placedSecret(definition, scope.secret);
  const filled = fillUrl(definition.call.url, scope);
  if ('message' in filled) throw new TypeError(`the URL of a call that was quoted ${filled.message}`);
  const query = [...fillQuery(definition.call.query ?? {}, scope), ...placed.query].join('&');
  const { body, type } = fillBody(definition, call, scope);
  const headers: Record<string, string> = {
    accept: acceptOf(definition, call),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...Object.fromEntries(fillHeaders(definition.call.headers ?? {}, scope)),
    ...(definition.idempotency && idempotency_key !== undefined
      ? { [definition.idempotency.header.toLowerCase()]: idempotency_key }
      : {}),
    ...placed.headers,
  };
  const separator = filled.url.includes('?') ? '&' : '?';
  const url = query === '' ? filled.url : `${filled.url}${separator}${query}`;
  return { method: definition.call.method, url, headers, ...(body === undefined ? {} : { body }) };
}

function acceptOf({ answers_with }: ServiceDefinition, { is_streamed }: QuotedCall): string {
  if (is_streamed) return 'text/event-stream';
  return answers_with === 'text' ? 'text/plain' : 'application/json';
}

function placedSecret(
  { secret }: ServiceDefinition,
  values: Secret,
): { headers: Record<string, string>; query: string[] } {
  if (!secret) return { headers: {}, query: [] };
  if (secret.placed === 'basic') {
    const pair = `${values[secret.username] ?? ''}:${values[secret.password] ?? ''}`;
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, query: [] };
  }
  const part = secret.part ?? secret.parts?.[0]?.name ?? 'value';
  const value = `${secret.prefix ?? ''}${values[part] ?? ''}`;
  return secret.placed === 'header'
    ? { headers: { [secret.name.toLowerCase()]: value }, query: [] }
    : { headers: {}, query: [queryEntry(secret.name, value)] };
}

function fillBody(
  { call, stream }: ServiceDefinition,
  { is_streamed }: QuotedCall,
  scope: Scope,
): { body?: string; type?: string } {
  if (!call.body) return {};
  if ('form' in call.body) {
    return { body: fillQuery(call.body.form, scope).join('&'), type: 'application/x-www-form-urlencoded' };
  }
  const filled = fillJson(call.body.json, scope);
  const streamed = is_streamed && stream ? { ...(filled as JsonObject), ...stream.body } : filled;
  return { body: writeJson(streamed), type: 'application/json' };
}
