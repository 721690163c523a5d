import { readJson, type JsonObject } from '#contracts';
import type { ServiceDefinition } from '../src/definition.js';
import { quoteCall, type QuotedCall } from '../src/quote.js';
import { readServiceDefinition } from '../src/read-definition.js';

/** A value as it comes from a wire: its numbers as text. */
export function wire(value: unknown): unknown {
  const read = readJson(JSON.stringify(value));
  if (!read.ok) throw new Error(JSON.stringify(read));
  return read.value;
}

/** The smallest definition that is one, as plain JSON. */
export const SMALLEST = {
  name: 'echo',
  title: 'Echo',
  category: 'search',
  call: { method: 'POST', url: 'https://api.example.com/v1/echo', body: { json: { text: '{payload.query}' } } },
  payload: { query: { type: 'string', required: true } },
  price: { kind: 'flat', amount: '0.01' },
  timeout_seconds: 10,
  retries: 0,
  max_credits_recommended: '0.05',
};

/** The smallest definition with other parts, as text: one field of it on each line. */
export function definitionText(changes: JsonObject = {}): string {
  return JSON.stringify({ ...SMALLEST, ...changes }, null, 2);
}

/** What is wrong with the smallest definition with these parts, as `field: message`. */
export function problemsOf(changes: JsonObject): string[] {
  const read = readServiceDefinition(definitionText(changes));
  return read.ok ? [] : read.problems.map(({ field, message }) => `${field}: ${message}`);
}

export function definitionOf(changes: JsonObject = {}): ServiceDefinition {
  const read = readServiceDefinition(definitionText(changes));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.definition;
}

/** A call that the definition takes, from plain JSON. */
export function callOf(definition: ServiceDefinition, payload: unknown): QuotedCall {
  const quote = quoteCall(definition, wire(payload));
  if (!quote.ok) throw new Error(JSON.stringify(quote));
  return quote.call;
}
