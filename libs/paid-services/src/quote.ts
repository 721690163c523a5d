import type { FieldProblem, JsonObject } from '#contracts';
import type { ServiceDefinition } from './definition.js';
import { checkPayload } from './payload.js';
import { priceAtMost } from './price.js';
import { fillHeaders } from './request-headers.js';
import { fillUrl } from './request-url.js';
import { sandboxSecret } from './secret.js';

/** A call that can be made: what it asks for, and what it costs at most. */
export interface QuotedCall {
  /** Checked, with defaults filled in, and without fields that the definition does not name. */
  payload: JsonObject;
  /** The upper bound, in the smallest units of USD. */
  estimate: bigint;
  /** It is answered by server-sent events. */
  is_streamed: boolean;
}

export type Quote =
  | { ok: true; call: QuotedCall }
  | { ok: false; code: 'payload_invalid'; problems: FieldProblem[] }
  /** What is asked for has no price: nothing may be called. */
  | { ok: false; code: 'price_unknown'; message: string };

/**
 * What a call would cost at most, before anything is called. `payload` is a value that `readJson` gave; fields of it that bound the answer
 * (`max_tokens`, `max_results`) narrow the estimate, since they are sent to the upstream.
 */
export function quoteCall(definition: ServiceDefinition, payload: unknown): Quote {
  const checked = checkPayload(definition.payload, payload);
  if (!checked.ok) return { ok: false, code: 'payload_invalid', problems: checked.problems };
  const unsendable = requestProblem(definition, checked.payload);
  if (unsendable) return { ok: false, code: 'payload_invalid', problems: [unsendable] };
  const priced = priceAtMost(definition.price, checked.payload);
  if ('message' in priced) return { ok: false, code: 'price_unknown', message: priced.message };
  const is_streamed = definition.stream !== undefined && checked.payload[definition.stream.field] === true;
  return { ok: true, call: { payload: checked.payload, estimate: priced.units, is_streamed } };
}

/** Values that no request can carry where the definition puts them. */
function requestProblem({ call, ...definition }: ServiceDefinition, payload: JsonObject): FieldProblem | undefined {
  const scope = { payload, secret: sandboxSecret({ call, ...definition }) };
  const url = fillUrl(call.url, scope);
  if ('message' in url) return { field: 'payload', message: `has a value that ${url.message}` };
  const header = fillHeaders(call.headers ?? {}, scope).find(([, value]) => !/^[\x20-\x7e]*$/.test(value));
  return header && { field: 'payload', message: `has a value for the header ${header[0]} that is not printable ASCII` };
}
