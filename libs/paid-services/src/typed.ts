import type { FieldProblem, JsonObject } from '#contracts';
import type { ServiceDefinition } from './definition.js';
import { answerValue, textOf } from './upstream-answer.js';

/** The field in which each typed call answers. */
export const TYPED_ANSWER = { search: 'result', email: 'message_id', image: 'url', sms: 'message_id' } as const;

/** The payload of a service for the body of its typed call. What the definition does not map is ignored, as on these routes everywhere. */
export function typedPayload(definition: ServiceDefinition, body: JsonObject): JsonObject {
  const mapped = Object.entries(definition.typed?.payload ?? {}).map(([field, from]) => [field, body[from]] as const);
  return Object.fromEntries(mapped.filter(([, value]) => value !== undefined));
}

/** The same problem in the words of the typed body: `payload.text` of the service is the caller's `body`. */
export function typedProblem(definition: ServiceDefinition, { field, message }: FieldProblem): FieldProblem {
  const name = /^payload\.([A-Za-z0-9_]+)$/.exec(field)?.[1];
  const from = name === undefined ? undefined : definition.typed?.payload[name];
  return { field: from ?? field, message };
}

/**
 * What a typed call answers, from the body that `readUpstreamAnswer` gave: `result`, `message_id` or `url`, always a text. Not ok: the answer has
 * none, though it was paid for.
 */
export function typedAnswer(
  { typed }: ServiceDefinition,
  body: JsonObject,
): { ok: true; answer: Record<string, string> } | { ok: false; message: string } {
  if (!typed) return { ok: false, message: 'the service has no typed call' };
  const name = TYPED_ANSWER[typed.call];
  const field = typed.answer[name];
  const value = field === undefined ? undefined : answerValue(field, { body, headers: {} });
  return value === undefined
    ? { ok: false, message: `the answer has no ${name}` }
    : { ok: true, answer: { [name]: textOf(value) } };
}
